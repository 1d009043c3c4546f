using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// A fleet of real machines with the light backend and a storefront on a local edge, released as one by the plan that Release runs. Another process makes the
/// same of the same folders, and ends what was left from the journal alone.
/// </summary>
internal sealed class WholeShop(LightFleet fleet, EdgeShop shop)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>The least time of each share, of the API and of the storefront.</summary>
    public TimeSpan Dwell { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Puts something around the steps of a release.</summary>
    public Func<Plan, Plan> Around { get; init; } = same => same;

    public LightFleet Fleet => fleet;

    public EdgeShop Shop => shop;

    /// <summary>Builds both parts and releases them.</summary>
    public async Task<ReleaseId> ReleaseAsync(LightBehaviour behaviour, TinyRelease tiny)
    {
        var release = LightMachines.NewRelease();
        await ReleaseAsync(release, (await LightStore.BuildAsync(fleet.Artifacts, behaviour)).Digest, (await TinyStorefront.BuildAsync(shop.Artifacts, tiny)).Digest);
        return release;
    }

    /// <summary>Releases what was built.</summary>
    /// <param name="backend">Digest of the backend's artifact.</param>
    /// <param name="storefront">Digest of the storefront's.</param>
    public async Task ReleaseAsync(ReleaseId release, string backend, string storefront)
    {
        using var work = await shop.WorkAsync();
        await fleet.Operation().RunAsync("Release", "a test", new LeaseWish(),
            async token => new PlanSource(release.Text, await HeaderAsync(work, release, backend, storefront, token)),
            (source, fence, _) => Task.FromResult(Around(Make(work, source.Release, source.Parameters, fence))), CancellationToken.None, CancellationToken.None);
    }

    /// <summary>The ids of a release's steps, as it would be made now.</summary>
    public async Task<IReadOnlyList<string>> StepsAsync(ReleaseId release, string backend, string storefront)
    {
        using var work = await shop.WorkAsync();
        return [.. Make(work, release.Text, await HeaderAsync(work, release, backend, storefront, CancellationToken.None), host => host).Steps.Select(step => step.Id)];
    }

    public Task RollBackAsync(ReleaseId target) => fleet.Operation().RunAsync("Rollback", "a test", new LeaseWish(),
        async token =>
        {
            using var work = await shop.WorkAsync();
            var storefront = await StorefrontRollback.LookAsync(work, target.Text, [], token);
            return new PlanSource(target.Text, new Dictionary<string, string>([.. await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, token), .. storefront.Write()]) { ["reason"] = "a test" });
        },
        async (source, fence, _) => new BackendPlans(fleet.Environment, fleet.Connect, fence, "mara", new Rehearsal.Silence())
            .Rollback(target, "a test", Previous(source.Parameters), BadNotes.Read(source.Parameters),
                new StorefrontRollback(await shop.WorkAsync(), StorefrontRollbackRecipe.Read(source.Parameters), _ => Task.CompletedTask).Stages()),
        CancellationToken.None, CancellationToken.None);

    /// <summary>Ends a release that was left unfinished.</summary>
    public async Task ResumeAsync(ResumeWay way)
    {
        var state = await fleet.Operation().UnfinishedAsync(CancellationToken.None) ?? throw new InvalidOperationException("nothing is unfinished");
        using var work = await shop.WorkAsync();
        await fleet.Operation().ResumeAsync(state, state.Remaining == Remaining.UndoOnly ? ResumeWay.Undo : way, new LeaseWish { Wait = TimeSpan.FromMinutes(1) },
            (header, fence, _) => Task.FromResult(Make(work, header.Release, header.Parameters, fence)), CancellationToken.None, CancellationToken.None);
    }

    /// <summary>One release is on every instance and has all traffic, of the API and of the storefront; nothing is unfinished and nobody holds the lease.</summary>
    public async Task ShouldBeLiveAsync(ReleaseId release, string what = "")
    {
        (await fleet.StateAsync()).ShouldBe(LightFleet.All(release), what);
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(release), what);
        (await fleet.Operation().UnfinishedAsync(CancellationToken.None)).ShouldBeNull(what);
        (await fleet.Operation().Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull(what);
        (await fleet.Operation().Audit.VerifyAsync(CancellationToken.None)).IsWhole.ShouldBeTrue(what);
    }

    private async Task<Dictionary<string, string>> HeaderAsync(StorefrontWork work, ReleaseId release, string backend, string storefront, CancellationToken cancellationToken)
    {
        var recipe = await StorefrontPreflight.LookAsync(work, release, storefront, [50, 100], TimeSpan.FromSeconds(1), new Dictionary<string, string>(), cancellationToken);
        var canary = new CanaryRecipe([50, 100], Dwell, new Baseline(0, 0, 0, null), Probe: 20);
        return new Dictionary<string, string>([.. await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken), .. canary.Write(), .. recipe.Write()])
        { ["artifact"] = backend };
    }

    private Plan Make(StorefrontWork work, string name, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence)
    {
        var release = ReleaseId.Parse(name);
        var artifact = fleet.Artifacts.Find(parameters["artifact"])!;
        var previous = Previous(parameters);
        var environment = fleet.Environment with { Canary = fleet.Environment.Canary with { Inconclusive = InconclusivePolicy.Continue } };
        var variables = BackendVariables.Of(environment, release, _ => "secret");
        var migrate = fleet.Migrate(fence(fleet.Connect(environment.Hosts[0])), release);
        var hasStableSide = previous.Values.All(running => running.Length > 0);
        var backend = hasStableSide
            ? new CanaryPlans(environment, fleet.Connect, fence, "mara", new Rehearsal.Silence()) { StartLimit = StartLimit, TrialLimit = StartLimit }
                .Stages(release, artifact, fleet.Artifacts, variables, previous, CanaryRecipe.Read(parameters), migrate)
            : new BackendPlans(environment, fleet.Connect, fence, "mara", new Rehearsal.Silence()) { StartLimit = StartLimit, TrialLimit = StartLimit }
                .Stages(release, artifact, fleet.Artifacts, variables, previous, migrate);
        var control = fence(fleet.Connect(environment.Balancer.Host));
        var plans = new StorefrontPlans(work, StorefrontRecipe.Read(parameters), async token => (await control.RunAsync(ShellCommand.Of("true"), null, null, token)).OrFail("fenced off"));
        return WholeRelease.Of(environment.Name, Touch("backup", "none", control), backend, plans, hasStableSide,
            Touch("migrate", "what waited for the old release to be gone", control) with { PointOfNoReturn = true });
    }

    private static Dictionary<string, string> Previous(IReadOnlyDictionary<string, string> parameters) =>
        parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>In the place of what needs a database; that has tests of its own. One command on a host, in which an operator can die.</summary>
    private static Step Touch(string name, string subject, IHost control) => new(name, subject)
    {
        Do = async token =>
        {
            (await control.RunAsync(ShellCommand.Of("sleep", "0.3"), null, null, token)).OrFail("fenced off");
            return "";
        },
        NoUndo = "it changes nothing",
    };
}
