using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront;

/// <summary>
/// What a deployment of the storefront was begun with; stands in its journal's header, so that any machine goes on with the same.
/// </summary>
/// <param name="Label">The new version's.</param>
/// <param name="OldVersion">The version that had all traffic; empty: there was no Worker, or only its placeholder.</param>
/// <param name="OldLabel">What the old version says of itself; null: there is none, or somebody else uploaded it.</param>
/// <param name="Percents">Steps of traffic, ending at 100.</param>
/// <param name="Dwell">The least time of each.</param>
public sealed record StorefrontRecipe(VersionLabel Label, string OldVersion, VersionLabel? OldLabel, IReadOnlyList<int> Percents, TimeSpan Dwell)
{
    private const string Prefix = "storefront.";

    /// <summary>What led to the Worker before, of what the environment looks after.</summary>
    public WorkerTriggers Triggers { get; init; } = WorkerTriggers.None;

    /// <summary>Artifacts whose files the new version serves beside its own: the old release's, and that of the release whose pages the old version serves too.</summary>
    public IReadOnlyList<string> Carried { get; init; } = [];

    /// <summary>There was no storefront: no Worker, or only its placeholder.</summary>
    public bool IsFirst => OldVersion.Length == 0;

    /// <summary>The release has all traffic already.</summary>
    public bool IsLive => OldLabel is not null && OldLabel == Label with { Files = OldLabel.Files };

    /// <summary>The old release's code with the files of both releases; null: the old version serves all of them already, or its files are not known.</summary>
    public VersionLabel? Kept => OldLabel is null || OldLabel.Files == Label.Files ? null : OldLabel with { Files = Label.Files };

    /// <summary>The steps between 0 and 100 %. Without the old release's files every share of two versions would lose some: then there is none.</summary>
    public IReadOnlyList<int> Shares => OldLabel is null ? [100] : Percents;

    public IEnumerable<KeyValuePair<string, string>> Write() =>
    [
        Pair("release", Label.Release), Pair("artifact", Label.Artifact), Pair("files", Label.Files), Pair("secrets", Label.Secrets),
        Pair("oldVersion", OldVersion), Pair("oldLabel", OldLabel is null ? "" : $"{OldLabel.Tag} {OldLabel.Message}"),
        Pair("steps", string.Join(',', Percents)), Pair("dwell", Duration.Format(Dwell)), Pair("triggers", Triggers.Write()),
        Pair("carried", string.Join(' ', Carried)),
    ];

    /// <exception cref="OperationException">The header lacks something (exit 6).</exception>
    public static StorefrontRecipe Read(IReadOnlyDictionary<string, string> parameters)
    {
        try
        {
            var old = parameters[$"{Prefix}oldLabel"].Split(' ', 2);
            return new StorefrontRecipe(
                new VersionLabel(parameters[$"{Prefix}release"], parameters[$"{Prefix}artifact"], parameters[$"{Prefix}files"], parameters[$"{Prefix}secrets"]),
                parameters[$"{Prefix}oldVersion"],
                old.Length < 2 ? null : VersionLabel.Of(new WorkerVersion("", 0, default, "", old[0], old[1])) ?? throw new FormatException("oldLabel"),
                CanaryRecipe.Steps(parameters[$"{Prefix}steps"]),
                Duration.TryParse(parameters[$"{Prefix}dwell"], out var dwell) ? dwell : throw new FormatException("dwell"))
            {
                Triggers = WorkerTriggers.Read(parameters[$"{Prefix}triggers"]),
                Carried = parameters[$"{Prefix}carried"].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            };
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException)
        {
            throw new OperationException("The journal's header is no storefront's", ExitCodes.FailedAndNotUndone, e) { Next = "use the version of this program that began the operation" };
        }
    }

    private static KeyValuePair<string, string> Pair(string name, string value) => KeyValuePair.Create(Prefix + name, value);
}
