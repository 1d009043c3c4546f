using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.GitHub;

/// <summary>The record at GitHub of what changes an environment: a deployment with its statuses, a line beside the commit and, once it is live where
/// shoppers are, a release with its notes.</summary>
/// <param name="connect">Reaches GitHub when there is something to tell; null: it is left out, and that was said.</param>
public sealed class GitHubSink(
    Func<CancellationToken, Task<GitHubApi?>> connect, StoreEnvironment environment, ReleaseCommits commits) : INewsSink
{
    /// <summary>Operations that change what an environment runs.</summary>
    private static readonly HashSet<string> Deploying = ["DeployBackend", "DeployStorefront", "Canary", "Release", "Rollback", "RollbackStorefront"];

    private readonly Dictionary<string, long> _deployments = [];

    public string Name => "github";

    public async Task TellAsync(OperationMoment moment, CancellationToken cancellationToken)
    {
        if (!Deploying.Contains(moment.Operation.Kind) || moment.Operation.Release.Length == 0
            || await connect(cancellationToken).ConfigureAwait(false) is not { } github)
            return;
        var commit = await commits.OfAsync(moment.Operation, cancellationToken).ConfigureAwait(false) ?? github.Place.Commit
            ?? throw new OperationException($"the commit of {moment.Operation.Release} is not known", ExitCodes.Engine);
        var text = OperationText.Brief(moment);
        var deployments = new Deployments(github);
        var id = await DeploymentAsync(deployments, moment, commit, cancellationToken).ConfigureAwait(false);
        await deployments.SetAsync(id, State(moment), text, github.Place.RunUrl, environment.Storefront.Url, cancellationToken).ConfigureAwait(false);
        if (moment.Stage != OperationStage.TakingBack)
        {
            await new CommitStatuses(github).SetAsync(commit, $"opticworks/{environment.Name}", State(moment) switch
            {
                DeploymentState.InProgress => "pending",
                DeploymentState.Success => "success",
                DeploymentState.Failure => "failure",
                _ => "error",
            }, $"{moment.Operation.Release}: {text}", github.Place.RunUrl, cancellationToken).ConfigureAwait(false);
        }

        if (IsNewForShoppers(moment))
            await PublishAsync(new PublishedReleases(github), moment, commit, cancellationToken).ConfigureAwait(false);
    }

    internal static DeploymentState State(OperationMoment moment) => moment switch
    {
        { IsEnd: false } => DeploymentState.InProgress,
        { IsTakenBack: true } => DeploymentState.Failure,
        { Stage: OperationStage.Done } => DeploymentState.Success,
        _ => DeploymentState.Error,
    };

    private bool IsNewForShoppers(OperationMoment moment) =>
        environment.Protected && !moment.Operation.Kind.StartsWith("Rollback", StringComparison.Ordinal) && State(moment) == DeploymentState.Success;

    /// <summary>The operation's own; what was begun elsewhere is found again.</summary>
    private async Task<long> DeploymentAsync(Deployments deployments, OperationMoment moment, string commit, CancellationToken cancellationToken)
    {
        var header = moment.Operation;
        if (_deployments.TryGetValue(header.Operation, out var known))
            return known;
        var found = moment.Resumed is null ? null : await deployments.FindAsync(environment.Name, header.Operation, cancellationToken).ConfigureAwait(false);
        return _deployments[header.Operation] = found ?? await deployments.CreateAsync(new DeploymentWish(
            commit, environment.Name, header.Kind, header.Operation, header.Release, $"{header.Kind} of {header.Release}", environment.Protected), cancellationToken).ConfigureAwait(false);
    }

    private async Task PublishAsync(PublishedReleases releases, OperationMoment moment, string commit, CancellationToken cancellationToken)
    {
        var (before, from) = await commits.BeforeAsync(moment.Operation, cancellationToken).ConfigureAwait(false);
        var notes = await releases.NotesAsync(moment.Operation.Release, environment.Name, before, from, commit, cancellationToken).ConfigureAwait(false);
        await releases.PutAsync(moment.Operation.Release, commit, notes.Markdown(), cancellationToken).ConfigureAwait(false);
    }
}
