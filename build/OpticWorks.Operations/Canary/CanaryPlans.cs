using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Canary;

/// <summary>
/// The plan of a canary: what comes before and after switching is a deployment's; in between, instances join and shares of traffic are watched, step by
/// step. Made of what its journal's header holds, so that any machine makes the same one.
/// </summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
/// <param name="show">Gets a view after every look.</param>
public sealed class CanaryPlans(
    StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, string owner, INarrator narrator, Action<CanaryView>? show = null)
{
    public CanaryTerms Terms { get; init; } = new();

    /// <summary>The longest start of an instance until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest start of a release on trial.</summary>
    public TimeSpan TrialLimit { get; init; } = TimeSpan.FromSeconds(120);

    internal IHost Looking => connect(environment.Balancer.Host);

    /// <summary>Which instances run the release at which share.</summary>
    public static RolloutPlan Rollout(StoreEnvironment environment, IReadOnlyList<int> percents)
    {
        var order = RolloutPlan.Spread(environment.Hosts.Select(host => (IReadOnlyList<string>)[.. host.Instances.Select(port => CanaryInstances.Name(host, port))]));
        return RolloutPlan.Of(order, percents, order.Count < 2 ? 1 : MaxUnavailable.Of(environment.Releases.MaxUnavailable, order.Count));
    }

    /// <summary>What a canary is judged by in this environment.</summary>
    public static JudgeTerms Judging(StoreEnvironment environment, CanaryRecipe recipe) => JudgeTerms.Of(environment.Canary with { Dwell = recipe.Dwell });

    internal JudgeTerms JudgingHere(CanaryRecipe recipe) => Judging(environment, recipe) with { BlindLimit = Terms.BlindLimit };

    /// <param name="variables">The release's configuration; null: only to be shown or taken back.</param>
    /// <param name="previous">What each instance ran before, by "host:port".</param>
    /// <param name="migrate">Migrates the release once it is staged.</param>
    /// <exception cref="OperationException">An instance runs nothing: there is no stable side (exit 4).</exception>
    public Plan Make(
        ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables,
        IReadOnlyDictionary<string, string> previous, CanaryRecipe recipe, Stage migrate) =>
        new("Canary", environment.Name, Stages(release, artifact, folder, variables, previous, recipe, migrate).All);

    /// <summary>The same in parts, between which Release has others.</summary>
    /// <inheritdoc cref="Make"/>
    public BackendStages Stages(
        ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables,
        IReadOnlyDictionary<string, string> previous, CanaryRecipe recipe, Stage migrate)
    {
        if (previous.FirstOrDefault(pair => pair.Value.Length == 0) is { Key: { } bare })
            throw OperationException.Preflight($"{bare} runs no release yet: a canary needs a stable side", $"./build.sh DeployBackend --environment {environment.Name}");
        var rollout = Rollout(environment, recipe.Percents);
        var deployment = new BackendPlans(environment, connect, fence, owner, narrator) { StartLimit = StartLimit, TrialLimit = TrialLimit };
        var run = new CanarySteps(this, release, artifact, previous, recipe, rollout);
        return new BackendStages(
            [.. deployment.Before(release, artifact, folder, variables, migrate)],
            [
                new Stage(1, run.Guard()),
                .. rollout.Steps.SelectMany((step, number) => step.Join.Select(joining => new Stage(1, run.Join(step, joining))).Append(new Stage(1, run.Watch(step, number + 1)))),
            ],
            [new Stage(1, run.Commit()), .. rollout.Reserve.Select(instance => new Stage(1, run.Last(instance)))],
            [.. deployment.After(release, artifact, previous)], [.. deployment.Last(release, previous)]);
    }

    internal StoreEnvironment Environment => environment;

    internal Func<HostSettings, IHost> Connect => connect;

    internal Func<IHost, IHost> Fence => fence;

    internal string Owner => owner;

    internal INarrator Narrator => narrator;

    internal IHost Control => fence(connect(environment.Balancer.Host));

    internal void Show(CanaryView view) => show?.Invoke(view);
}
