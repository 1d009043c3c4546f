using System.Globalization;

namespace OpticWorks.Acceptance;

/// <summary>The rounds of a campaign, each with a seed of its own. OPTICWORKS_KILLS sets how many, OPTICWORKS_SEED the first one's.</summary>
internal sealed record CampaignRounds(int First, int Count)
{
    public IEnumerable<int> Seeds => Enumerable.Range(First, Count);

    /// <param name="usual">How many when nobody says.</param>
    public static CampaignRounds Of(int usual) => new(Number("OPTICWORKS_SEED", 0), Number("OPTICWORKS_KILLS", usual));

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
