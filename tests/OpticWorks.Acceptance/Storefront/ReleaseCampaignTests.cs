using OpticWorks.Acceptance.Releases;
using OpticWorks.Acceptance.Transactions;
using OpticWorks.Operations;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// Release at each of its steps: the operator's program is killed there and another process resumes, or the step fails. Afterwards one release is everywhere
/// (code, configuration, traffic, of API and storefront), and no shopper of the storefront has lost a page or a file.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class ReleaseCampaignTests(LightMachines machines, ITestOutputHelper output) : IClassFixture<LightMachines>
{
    private const string Contract = "migrate what waited for the old release to be gone";

    private LightFleet Fleet => machines.Fleet;

    /// <summary>kill -9 in the middle of every step; another process goes on, or takes back, in turn.</summary>
    /// <param name="even">The first, third, … step is gone on with, the others are taken back; else the other way round.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_operator_is_killed_in_every_step(bool even)
    {
        await using var shop = await EdgeShop.StartAsync();
        var whole = new WholeShop(Fleet, shop);
        var live = await BeginAsync(whole);
        await using var shoppers = new Shoppers(shop.Url, 1);
        var steps = await StepsAsync(whole, live);
        for (var number = 0; number < steps.Count; number++)
        {
            var (release, backend, storefront) = await BuildAsync(whole, $"k{number}{even}");
            var step = Named(steps[number], live, release);
            // After a contract there is no way back; that it is refused is seen below.
            var way = (number % 2 == 0) == even || step == Contract ? ResumeWay.Continue : ResumeWay.Undo;
            var what = $"{number + 1} of {steps.Count}, {step}, {way}";
            using var killed = new Operator("whole", "release", Fleet.Local.StateDirectory, shop.Folder, backend, storefront, release.Text, step, $"{FaultMoment.During}");
            (await killed.EndAsync()).ShouldBe(137, $"{what}: it was to be killed, and said\n{killed.Output}");
            if (step == Contract)
                (await Should.ThrowAsync<OperationException>(() => whole.ResumeAsync(ResumeWay.Undo))).Message.ShouldStartWith("Release can only go on");

            using var resumed = new Operator("whole", "resume", Fleet.Local.StateDirectory, shop.Folder, $"{way}");
            (await resumed.EndAsync()).ShouldBe(0, $"{what}: {resumed.Output}");
            live = way == ResumeWay.Continue ? release : live;
            await whole.ShouldBeLiveAsync(live, what);
            shoppers.Failures.ShouldBeEmpty(what);
            output.WriteLine($"{what}: right");
        }

        await shoppers.EndAsync();
        shoppers.Failures.ShouldBeEmpty();
        output.WriteLine($"{steps.Count} kills; {shoppers.Pages} pages and {shoppers.Files} files, 0 failed");
    }

    /// <summary>Every step acts and then fails; everything is old, the journal says of each step that it is taken back or why not, and a rerun succeeds.</summary>
    [Fact]
    public async Task Every_step_fails()
    {
        await using var shop = await EdgeShop.StartAsync();
        var whole = new WholeShop(Fleet, shop);
        var live = await BeginAsync(whole);
        await using var shoppers = new Shoppers(shop.Url, 1);
        // What is past return fails only by leaving its work for later.
        var steps = (await StepsAsync(whole, live)).Where(step => step != Contract).ToList();
        for (var number = 0; number < steps.Count; number++)
        {
            var (release, backend, storefront) = await BuildAsync(whole, $"f{number}");
            var step = Named(steps[number], live, release);
            var what = $"{number + 1} of {steps.Count}, {step}";
            var failing = new WholeShop(Fleet, shop) { Around = plan => Failing(plan, step) };
            var failure = await Should.ThrowAsync<OperationException>(() => failing.ReleaseAsync(release, backend, storefront), what);
            failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, $"{what}: {failure.Explain()}");
            failure.Message.ShouldContain($"failed at {step}: an injected failure");
            await whole.ShouldBeLiveAsync(live, what);
            await JournalShouldSayAsync(step, what);

            // The same artifacts under a new name.
            var rerun = LightMachines.NewRelease();
            await whole.ReleaseAsync(rerun, backend, storefront);
            await whole.ShouldBeLiveAsync(rerun, $"{what}, run again");
            live = rerun;
            shoppers.Failures.ShouldBeEmpty(what);
            output.WriteLine($"{what}: all old, then all new");
        }

        await shoppers.EndAsync();
        shoppers.Failures.ShouldBeEmpty();
        output.WriteLine($"{steps.Count} failures; {shoppers.Pages} pages and {shoppers.Files} files, 0 failed");
    }

    private static Plan Failing(Plan plan, string which) => plan with
    {
        Stages = [.. plan.Stages.Select(stage => stage with
        {
            Steps = [.. stage.Steps.Select(step => step.Id != which ? step : step with
            {
                Do = async token =>
                {
                    await step.Do(token);
                    throw new OperationException("an injected failure", ExitCodes.Engine);
                },
            })],
        })],
    };

    private async Task JournalShouldSayAsync(string failed, string what)
    {
        var journals = new Journals(Fleet.Connect(Fleet.Environment.Balancer.Host));
        var state = await journals.ReadAsync((await journals.ListAsync(CancellationToken.None))[^1].Operation, CancellationToken.None);
        (state.Result, state.Steps[^1].Id).ShouldBe((JournalResult.Undone, failed), what);
        state.Why.ShouldNotBeNull(what).ShouldContain("an injected failure");
        state.Steps.ShouldAllBe(step => step.State == StepState.Undone || step.State == StepState.Kept, what);
    }

    /// <summary>A release of both, on whatever the tests before have left; the machines' other tests know nothing of the edge.</summary>
    private static async Task<ReleaseId> BeginAsync(WholeShop whole)
    {
        var live = await whole.ReleaseAsync(new LightBehaviour { Build = "begin" }, new TinyRelease("begin"));
        await whole.ShouldBeLiveAsync(live);
        return live;
    }

    private static async Task<(ReleaseId Release, string Backend, string Storefront)> BuildAsync(WholeShop whole, string build) =>
        (LightMachines.NewRelease(), (await LightStore.BuildAsync(whole.Fleet.Artifacts, new LightBehaviour { Build = build })).Digest,
            (await TinyStorefront.BuildAsync(whole.Shop.Artifacts, new TinyRelease(build))).Digest);

    /// <summary>The steps of a release; those of a run are named by its own releases.</summary>
    private static async Task<IReadOnlyList<string>> StepsAsync(WholeShop whole, ReleaseId live)
    {
        var (release, backend, storefront) = await BuildAsync(whole, "looked at");
        return [.. (await whole.StepsAsync(release, backend, storefront)).Select(step => step.Replace(live.Text, "LIVE", StringComparison.Ordinal).Replace(release.Text, "TARGET", StringComparison.Ordinal))];
    }

    private static string Named(string step, ReleaseId live, ReleaseId target) =>
        step.Replace("LIVE", live.Text, StringComparison.Ordinal).Replace("TARGET", target.Text, StringComparison.Ordinal);
}
