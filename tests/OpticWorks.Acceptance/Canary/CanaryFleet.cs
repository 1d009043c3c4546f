using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Canary;

/// <summary>Canaries on a light fleet, as the program itself runs them.</summary>
internal sealed class CanaryFleet(LightFleet fleet, INarrator narrator)
{
    public CanarySettings Settings { get; init; } = new() { Dwell = TimeSpan.FromSeconds(15), Inconclusive = InconclusivePolicy.Undo };

    public CanaryTerms Terms { get; init; } = new();

    /// <summary>Every look, for what a test wants to know of a run.</summary>
    public List<CanaryView> Views { get; } = [];

    public StoreEnvironment Environment => fleet.Environment with { Canary = Settings, Api = fleet.Environment.Api with { CriticalPaths = ["/store/carts"] } };

    public async Task RunAsync(ArtifactManifest artifact, ReleaseId release, CancellationToken interrupt = default) =>
        await fleet.Operation().RunAsync("Canary", "a test", new LeaseWish { Wait = TimeSpan.FromMinutes(1) },
            async token =>
            {
                var previous = await BackendSwitch.RunningAsync(Environment, fleet.Connect, token);
                var baseline = await Baseline.ReadAsync(fleet.Connect(Environment.Balancer.Host), Environment.Balancer.Socket, Environment.Balancer.Backend, token);
                var recipe = new CanaryRecipe(Settings.Steps, Settings.Dwell, baseline);
                return new PlanSource(release.Text, new Dictionary<string, string>([.. previous, .. recipe.Write()]) { ["artifact"] = artifact.Digest });
            },
            (source, fence, _) => Task.FromResult(Plan(source.Release, source.Parameters, fence)), interrupt, CancellationToken.None);

    /// <returns>False: nothing was unfinished.</returns>
    public async Task<bool> ResumeAsync(ResumeWay way)
    {
        if (await fleet.Operation().UnfinishedAsync(CancellationToken.None) is not { Header: { } header } state)
            return false;
        await fleet.Operation().ResumeAsync(state, state.Remaining == Remaining.ContinueOrUndo ? way : ResumeWay.Undo, new LeaseWish { Wait = TimeSpan.FromMinutes(1) },
            (found, fence, _) => Task.FromResult(found.Kind == "Canary" ? Plan(header.Release, found.Parameters, fence) : fleet.Plan(found.Kind, found.Release, found.Parameters, fence)),
            CancellationToken.None, CancellationToken.None);
        return true;
    }

    private Plan Plan(string release, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence)
    {
        var id = ReleaseId.Parse(release);
        var previous = parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);
        return new CanaryPlans(Environment, fleet.Connect, fence, "mara", narrator, Views.Add) { Terms = Terms, StartLimit = TimeSpan.FromSeconds(60), TrialLimit = TimeSpan.FromSeconds(60) }
            .Make(id, fleet.Artifacts.Find(parameters["artifact"])!, fleet.Artifacts, BackendVariables.Of(Environment, id, _ => "secret"), previous, CanaryRecipe.Read(parameters),
                fleet.Migrate(fence(fleet.Connect(Environment.Hosts[0])), id));
    }
}
