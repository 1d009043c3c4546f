using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

/// <summary>Traffic that moves in steps.</summary>
internal interface IHazRollout : IHazFleet
{
    [Parameter("Shares of traffic in percent, ascending, ending at 100. Default: the environment's canary.steps")]
    [CommandLineOnly]
    string? Steps => TryGetValue(() => Steps);

    [Parameter("The least time of each step, for example 5m. Default: the environment's canary.dwell")]
    [CommandLineOnly]
    string? Dwell => TryGetValue(() => Dwell);

    [Parameter("The release whose artifact is put into traffic again: by Canary and Release under a new id, by DeployStorefront under its own. Default: what Build makes", Name = "Release")]
    [CommandLineOnly]
    string? ReleaseNamed => TryGetValue(() => ReleaseNamed);

    /// <summary>The steps and the least time of each.</summary>
    (IReadOnlyList<int> Percents, TimeSpan Dwell) Rollout(CanarySettings settings)
    {
        var (percents, dwell) = (settings.Steps, settings.Dwell);
        try
        {
            percents = Steps is null ? percents : CanaryRecipe.Steps(Steps);
        }
        catch (FormatException)
        {
            throw new OperationException($"\"{Steps}\" is no list of shares", ExitCodes.Engine) { Next = "--steps 10,50,100" };
        }

        if (Dwell is not null && (!Duration.TryParse(Dwell, out dwell) || dwell <= TimeSpan.Zero))
            throw new OperationException($"\"{Dwell}\" is not a duration such as 90s or 5m", ExitCodes.Engine);
        return (percents, dwell);
    }

    /// <summary>What Build made in this run, or the artifact of the release that --release names.</summary>
    async Task<ArtifactManifest> RolloutArtifactAsync(Fleet fleet, CancellationToken cancellationToken) => ReleaseNamed is null
        ? await ChosenArtifactAsync(fleet.Environment, cancellationToken).ConfigureAwait(false)
        : await ArtifactAsync(fleet.Environment, (await RecordAsync(fleet, ReleaseNamed, cancellationToken).ConfigureAwait(false)).Artifact, cancellationToken).ConfigureAwait(false);

    /// <summary>What is remembered of a release.</summary>
    /// <exception cref="OperationException">Nobody knows it (exit 4).</exception>
    async Task<ReleaseRecord> RecordAsync(Fleet fleet, string named, CancellationToken cancellationToken)
    {
        var wanted = ReleaseId.Parse(named);
        var record = (await fleet.Book.ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == wanted.Text)
            ?? throw OperationException.Preflight($"{fleet.Environment.Name} knows no release {wanted}", $"./build.sh Releases --environment {fleet.Environment.Name}");
        if (record.State == ReleaseState.Bad)
            Narrator.Warn("release", $"{wanted} is marked bad: {record.Note}");
        return record;
    }
}
