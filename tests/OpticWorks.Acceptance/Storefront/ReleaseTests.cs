using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>Backend and storefront as one release: real machines, HAProxy and systemd for the one, the real wrangler and workerd for the other.</summary>
public sealed class ReleaseTests(LightMachines machines) : IClassFixture<LightMachines>
{
    private LightFleet Fleet => machines.Fleet;

    [Fact]
    public async Task One_release_goes_out_and_back_as_one()
    {
        await using var shop = await EdgeShop.StartAsync();
        var first = await ReleaseAsync(shop, new LightBehaviour { Build = "1" }, new TinyRelease("one"));
        await ShouldBeLiveAsync(shop, first);
        var second = await ReleaseAsync(shop, new LightBehaviour { Build = "2" }, new TinyRelease("two"));
        await ShouldBeLiveAsync(shop, second);
        await RollBackAsync(shop, first);
        await ShouldBeLiveAsync(shop, first);
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_failing_part_takes_all_of_it_back()
    {
        await using var shop = await EdgeShop.StartAsync();
        var first = await ReleaseAsync(shop, new LightBehaviour { Build = "3" }, new TinyRelease("three"));

        // The storefront is last: its failure takes back instances that have long been switched.
        var failure = await Should.ThrowAsync<OperationException>(() => ReleaseAsync(shop, new LightBehaviour { Build = "4" }, new TinyRelease("bad") { BadForShoppers = true }));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        await ShouldBeLiveAsync(shop, first);

        // A backend that is not healthy ends it before the storefront's version gets traffic.
        failure = await Should.ThrowAsync<OperationException>(() => ReleaseAsync(shop, new LightBehaviour { Build = "5", Health = 500 }, new TinyRelease("five")));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        await ShouldBeLiveAsync(shop, first);
    }

    private async Task ShouldBeLiveAsync(EdgeShop shop, ReleaseId release)
    {
        (await Fleet.StateAsync()).ShouldBe(LightFleet.All(release));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(release));
    }

    private async Task<ReleaseId> ReleaseAsync(EdgeShop shop, LightBehaviour behaviour, TinyRelease tiny)
    {
        var release = LightMachines.NewRelease();
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, behaviour);
        var storefront = await TinyStorefront.BuildAsync(shop.Artifacts, tiny);
        using var work = await shop.WorkAsync();
        await Fleet.Operation().RunAsync("Release", "a test", new LeaseWish(),
            async token =>
            {
                var recipe = await StorefrontPreflight.LookAsync(work, release, storefront.Digest, [50, 100], TimeSpan.FromSeconds(1), new Dictionary<string, string>(), token);
                var canary = new CanaryRecipe([50, 100], TimeSpan.FromSeconds(3), new Baseline(0, 0, 0, null), Probe: 20);
                return new PlanSource(release.Text, new Dictionary<string, string>([.. await BackendSwitch.RunningAsync(Fleet.Environment, Fleet.Connect, token), .. canary.Write(), .. recipe.Write()])
                { ["artifact"] = artifact.Digest });
            },
            (source, fence, _) => Task.FromResult(Make(work, artifact, source, fence)), CancellationToken.None, CancellationToken.None);
        return release;
    }

    private Plan Make(StorefrontWork work, ArtifactManifest artifact, PlanSource source, Func<IHost, IHost> fence)
    {
        var release = ReleaseId.Parse(source.Release);
        var previous = source.Parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);
        var environment = Fleet.Environment with { Canary = Fleet.Environment.Canary with { Inconclusive = Operations.Environments.InconclusivePolicy.Continue } };
        var variables = BackendVariables.Of(environment, release, _ => "secret");
        var migrate = Fleet.Migrate(fence(Fleet.Connect(environment.Hosts[0])), release);
        var hasStableSide = previous.Values.All(name => name.Length > 0);
        var limit = TimeSpan.FromSeconds(60);
        var backend = hasStableSide
            ? new CanaryPlans(environment, Fleet.Connect, fence, "mara", new Rehearsal.Silence()) { StartLimit = limit, TrialLimit = limit }
                .Stages(release, artifact, Fleet.Artifacts, variables, previous, CanaryRecipe.Read(source.Parameters), migrate)
            : new BackendPlans(environment, Fleet.Connect, fence, "mara", new Rehearsal.Silence()) { StartLimit = limit, TrialLimit = limit }
                .Stages(release, artifact, Fleet.Artifacts, variables, previous, migrate);
        var control = fence(Fleet.Connect(environment.Balancer.Host));
        var plans = new StorefrontPlans(work, StorefrontRecipe.Read(source.Parameters), async token => (await control.RunAsync(ShellCommand.Of("true"), null, null, token)).OrFail("fenced off"));
        return WholeRelease.Of(environment.Name, Nothing("backup", "none"), backend, plans, hasStableSide, Nothing("migrate", "what waited for the old release to be gone"));
    }

    private Task RollBackAsync(EdgeShop shop, ReleaseId target) => Fleet.Operation().RunAsync("Rollback", "a test", new LeaseWish(),
        async token =>
        {
            using var work = await shop.WorkAsync();
            var storefront = await StorefrontRollback.LookAsync(work, target.Text, [], token);
            return new PlanSource(target.Text, new Dictionary<string, string>([.. await BackendSwitch.RunningAsync(Fleet.Environment, Fleet.Connect, token), .. storefront.Write()]) { ["reason"] = "a test" });
        },
        async (source, fence, _) => new BackendPlans(Fleet.Environment, Fleet.Connect, fence, "mara", new Rehearsal.Silence())
            .Rollback(target, "a test", source.Parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value),
                new StorefrontRollback(await shop.WorkAsync(), StorefrontRollbackRecipe.Read(source.Parameters), _ => Task.CompletedTask).Stages()),
        CancellationToken.None, CancellationToken.None);

    /// <summary>In the place of what needs a database; that has tests of its own.</summary>
    private static Step Nothing(string name, string subject) => new(name, subject) { Do = _ => Task.FromResult(""), NoUndo = "it does nothing" };
}
