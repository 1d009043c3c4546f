using System.Globalization;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Canary;

/// <summary>What a canary was begun with; stands in its journal's header, so that whoever resumes goes on with the same.</summary>
/// <param name="Percents">Its steps.</param>
/// <param name="Dwell">The least time of each.</param>
/// <param name="Baseline">The stable side before it began.</param>
/// <param name="Probe">Synthetic requests a second; 0: none.</param>
public sealed record CanaryRecipe(IReadOnlyList<int> Percents, TimeSpan Dwell, Baseline Baseline, int Probe = 0)
{
    public IEnumerable<KeyValuePair<string, string>> Write() =>
    [
        KeyValuePair.Create("steps", string.Join(',', Percents)), KeyValuePair.Create("dwell", Duration.Format(Dwell)), KeyValuePair.Create("probe", Number(Probe)),
        KeyValuePair.Create("rate", Number(Math.Round(Baseline.Rate, 3))), KeyValuePair.Create("errors", Number(Math.Round(Baseline.Errors, 6))),
        KeyValuePair.Create("requests", Number(Baseline.Requests)), KeyValuePair.Create("p95", Baseline.P95 is { } p95 ? Number(p95) : ""),
    ];

    /// <exception cref="OperationException">The header lacks something (exit 6).</exception>
    public static CanaryRecipe Read(IReadOnlyDictionary<string, string> parameters)
    {
        try
        {
            return new CanaryRecipe(
                Steps(parameters["steps"]), Duration.TryParse(parameters["dwell"], out var dwell) ? dwell : throw new FormatException("dwell"),
                new Baseline(Parse(parameters["rate"]), Parse(parameters["errors"]), (int)Parse(parameters["requests"]),
                    parameters["p95"].Length == 0 ? null : (long)Parse(parameters["p95"])),
                (int)Parse(parameters["probe"]));
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException)
        {
            throw new OperationException("The journal's header is no canary's", ExitCodes.FailedAndNotUndone, e) { Next = "use the version of this program that began the operation" };
        }
    }

    /// <summary>"10,50,100".</summary>
    /// <exception cref="FormatException">It is no list of numbers.</exception>
    public static IReadOnlyList<int> Steps(string text) => [.. text.Split(',').Select(word => int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture))];

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
