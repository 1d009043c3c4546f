using OpticWorks.Acceptance.Releases;
using OpticWorks.Acceptance.Transactions;
using OpticWorks.Operations;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>Real machines and an edge for the cases of a class, one after the other.</summary>
public sealed class WholePlace : IAsyncLifetime
{
    private readonly LightMachines _machines = new();
    private EdgeShop _shop = null!;
    private ReleaseId? _live;

    internal WholeShop Whole { get; private set; } = null!;

    /// <summary>The release that both run; what a case before has left unfinished is taken back.</summary>
    internal async Task<ReleaseId> LiveAsync()
    {
        if (await Whole.Fleet.Operation().UnfinishedAsync(CancellationToken.None) is not null)
            await Whole.ResumeAsync(ResumeWay.Undo);
        if (_live is { } live && (await _shop.SharesAsync()).SequenceEqual(EdgeShop.All(live)) && (await Whole.Fleet.StateAsync()).SequenceEqual(LightFleet.All(live)))
            return live;
        _live = await Whole.ReleaseAsync(new LightBehaviour { Build = "begin" }, new TinyRelease("begin"));
        await Whole.ShouldBeLiveAsync(_live);
        return _live;
    }

    internal void IsLive(ReleaseId release) => _live = release;

    public async Task InitializeAsync()
    {
        await _machines.InitializeAsync();
        _shop = await EdgeShop.StartAsync();
        Whole = new WholeShop(_machines.Fleet, _shop);
    }

    public async Task DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _machines.DisposeAsync();
    }
}

/// <summary>
/// Release at each of its steps: the operator's program is killed there and another process resumes, or the step fails. Afterwards one release is everywhere
/// (code, configuration, traffic, of API and storefront), and no shopper of the storefront has lost a page or a file.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class ReleaseCampaignTests(WholePlace place, ITestOutputHelper output) : IClassFixture<WholePlace>
{
    private const string Contract = "migrate what waited for the old release to be gone";

    /// <summary>As many steps as a release to two hosts with two instances each has; a test sees that there are no more.</summary>
    private const int StepCount = 25;

    private LightFleet Fleet => place.Whole.Fleet;

    private WholeShop Whole => place.Whole;

    public static IEnumerable<object[]> Kills => from way in Enum.GetValues<ResumeWay>() from number in Enumerable.Range(0, StepCount) select new object[] { number, way };

    public static IEnumerable<object[]> Failures => Enumerable.Range(0, StepCount - 1).Select(number => new object[] { number });

    /// <summary>kill -9 in the middle of a step; another process goes on, or takes back.</summary>
    [Theory]
    [MemberData(nameof(Kills))]
    public async Task The_operator_is_killed_in_a_step(int number, ResumeWay way)
    {
        var live = await place.LiveAsync();
        var (release, backend, storefront) = await BuildAsync($"k{number}{way}");
        var step = await StepAsync(number, release, backend, storefront);
        await using var shoppers = new Shoppers(Whole.Shop.Url, 1);
        using var killed = new Operator("whole", "release", Fleet.Local.StateDirectory, Whole.Shop.Folder, backend, storefront, release.Text, step, $"{FaultMoment.During}");
        (await killed.EndAsync()).ShouldBe(137, $"{step}: it was to be killed, and said\n{killed.Output}");
        if (step == Contract && way == ResumeWay.Undo)
        {
            // After a contract there is no way back.
            (await Should.ThrowAsync<OperationException>(() => Whole.ResumeAsync(way))).Message.ShouldStartWith("Release can only go on");
            way = ResumeWay.Continue;
        }

        using var resumed = new Operator("whole", "resume", Fleet.Local.StateDirectory, Whole.Shop.Folder, $"{way}");
        (await resumed.EndAsync()).ShouldBe(0, $"{step}: {resumed.Output}");
        var ended = way == ResumeWay.Continue ? release : live;
        await Whole.ShouldBeLiveAsync(ended, step);
        place.IsLive(ended);
        await shoppers.EndAsync();
        shoppers.Failures.ShouldBeEmpty(step);
        output.WriteLine($"{step}, {way}: {shoppers.Pages} pages and {shoppers.Files} files, 0 failed");
    }

    /// <summary>A step acts and then fails; everything is old, the journal says of each step that it is taken back or why not, and a rerun succeeds.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_step_fails(int number)
    {
        var live = await place.LiveAsync();
        var (release, backend, storefront) = await BuildAsync($"f{number}");
        var step = await StepAsync(number, release, backend, storefront);
        await using var shoppers = new Shoppers(Whole.Shop.Url, 1);
        var failing = new WholeShop(Fleet, Whole.Shop) { Around = plan => Failing(plan, step) };
        var failure = await Should.ThrowAsync<OperationException>(() => failing.ReleaseAsync(release, backend, storefront), step);
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, $"{step}: {failure.Explain()}");
        failure.Message.ShouldContain($"failed at {step}: an injected failure");
        await Whole.ShouldBeLiveAsync(live, step);
        await JournalShouldSayAsync(step);

        // The same artifacts under a new name.
        var rerun = LightMachines.NewRelease();
        await Whole.ReleaseAsync(rerun, backend, storefront);
        await Whole.ShouldBeLiveAsync(rerun, $"{step}, run again");
        place.IsLive(rerun);
        await shoppers.EndAsync();
        shoppers.Failures.ShouldBeEmpty(step);
        output.WriteLine($"{step}: all old, then all new; {shoppers.Pages} pages and {shoppers.Files} files, 0 failed");
    }

    private static Plan Failing(Plan plan, string which) => plan.With(step => step.Id != which ? step : step with
    {
        Do = async token =>
        {
            await step.Do(token);
            throw new OperationException("an injected failure", ExitCodes.Engine);
        },
    });

    private async Task JournalShouldSayAsync(string failed)
    {
        var journals = new Journals(Fleet.Connect(Fleet.Environment.Balancer.Host));
        var state = await journals.ReadAsync((await journals.ListAsync(CancellationToken.None))[^1].Operation, CancellationToken.None);
        (state.Result, state.Of(failed)).ShouldBe((JournalResult.Undone, state.Of(failed) == StepState.Kept ? StepState.Kept : StepState.Undone), failed);
        state.Why.ShouldNotBeNull(failed).ShouldContain("an injected failure");
        state.Steps.ShouldAllBe(step => step.State == StepState.Undone || step.State == StepState.Kept, failed);
    }

    private async Task<(ReleaseId Release, string Backend, string Storefront)> BuildAsync(string build) =>
        (LightMachines.NewRelease(), (await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = build })).Digest,
            (await TinyStorefront.BuildAsync(Whole.Shop.Artifacts, new TinyRelease(build))).Digest);

    private async Task<string> StepAsync(int number, ReleaseId release, string backend, string storefront)
    {
        var steps = await Whole.StepsAsync(release, backend, storefront);
        steps.Count.ShouldBe(StepCount, string.Join("; ", steps));
        steps[^1].ShouldBe(Contract);
        return steps[number];
    }
}
