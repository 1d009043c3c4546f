using System.Collections.Concurrent;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>What was unfinished when Resume was called may have ended while it waited for the lease.</summary>
public sealed class EndedMeanwhileTests : IDisposable
{
    private static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(200));
    private static readonly LeaseWish Patient = new() { Wait = TimeSpan.FromMinutes(1), Poll = TimeSpan.FromMilliseconds(20) };

    private readonly ShellHost _host = new();
    private readonly Recorder _joesNarrator = new();
    private readonly Observed _joesObserver = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FleetOperation Mara => new(_host, [], "staging", "mara", Terms, text => text, new Recorder(), _host.Folder);

    private FleetOperation Joe => new(_host, [], "staging", "joe", Terms, text => text, _joesNarrator, _host.Folder) { Observer = _joesObserver };

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(ResumeWay.Continue)]
    [InlineData(ResumeWay.Undo)]
    public async Task What_its_holder_finishes_is_not_said_to_be_resumed(ResumeWay way)
    {
        var undone = false;
        var holder = RunAsync(Waiting(() => { }, () => undone = true));
        var resumed = await ResumeWaitsAsync(way);

        _gate.SetResult();
        await holder;

        if (way == ResumeWay.Continue)
        {
            (await resumed).ShouldBe(JournalResult.Done);
        }
        else
        {
            var refused = await Should.ThrowAsync<OperationException>(() => resumed);
            refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
            refused.Message.ShouldMatch("^DeployBackend-.* had already ended: finished; it cannot be aborted any more, and nothing was done$");
            refused.Next.ShouldStartWith("./build.sh Rollback --environment staging");
        }

        undone.ShouldBeFalse();
        await ShouldHaveHeardNothingOfJoeAsync();
    }

    [Theory]
    [InlineData(ResumeWay.Continue)]
    [InlineData(ResumeWay.Undo)]
    public async Task What_its_holder_takes_back_is_not_said_to_be_resumed(ResumeWay way)
    {
        var undone = 0;
        var holder = RunAsync(Waiting(() => throw new InvalidOperationException("boom"), () => undone++));
        var resumed = await ResumeWaitsAsync(way);

        _gate.SetResult();
        (await Should.ThrowAsync<OperationException>(() => holder)).ExitCode.ShouldBe(ExitCodes.FailedAndUndone);

        if (way == ResumeWay.Undo)
        {
            (await resumed).ShouldBe(JournalResult.Undone);
        }
        else
        {
            var refused = await Should.ThrowAsync<OperationException>(() => resumed);
            refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
            refused.Message.ShouldEndWith(" had already ended: taken back; there is nothing to go on with, and nothing was done");
        }

        undone.ShouldBe(1);
        await ShouldHaveHeardNothingOfJoeAsync();
    }

    [Theory]
    [InlineData(true, "has failed meanwhile and can only be taken back; nothing was done")]
    [InlineData(false, "has failed meanwhile and not all of it could be taken back; that is tried again at a person's word only; nothing was done")]
    public async Task What_fails_meanwhile_is_asked_for_again(bool detached, string why)
    {
        using var detach = new CancellationTokenSource();
        var holder = RunAsync(Waiting(() => throw new InvalidOperationException("boom"), () =>
        {
            if (detached)
                detach.Cancel();
            throw new InvalidOperationException("not back");
        }), detach.Token);
        var resumed = await ResumeWaitsAsync(detached ? ResumeWay.Continue : ResumeWay.Undo);

        _gate.SetResult();
        await Should.ThrowAsync<OperationException>(() => holder);

        var refused = await Should.ThrowAsync<OperationException>(() => resumed);
        (refused.ExitCode, refused.Next).ShouldBe((ExitCodes.PreflightRefused, "./build.sh Resume --environment staging --abort"));
        refused.Message.ShouldEndWith(why);
        await ShouldHaveHeardNothingOfJoeAsync();
    }

    /// <summary>Otherwise the old release would come back over the newer one.</summary>
    [Fact]
    public async Task What_was_left_is_not_taken_back_under_what_came_after_it()
    {
        var state = await LeftLongAgoAsync();
        _gate.SetResult();
        await RunAsync(Waiting(() => { }, () => { }));
        var undone = false;

        var refused = await Should.ThrowAsync<OperationException>(() => ResumeAsync(state, ResumeWay.Undo, () => undone = true));

        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Message.ShouldEndWith(" could not be taken back completely, and other operations have come after it; nothing was done");
        undone.ShouldBeFalse();
        await ShouldHaveHeardNothingOfJoeAsync();
    }

    [Fact]
    public async Task Another_one_that_is_unfinished_now_is_named()
    {
        var state = await LeftLongAgoAsync();
        using var detach = new CancellationTokenSource();
        _gate.SetResult();
        await Should.ThrowAsync<DetachedException>(() => RunAsync(Waiting(detach.Cancel, () => { }), detach.Token));

        var refused = await Should.ThrowAsync<OperationException>(() => ResumeAsync(state, ResumeWay.Undo, () => { }));

        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Message.ShouldMatch("; since then DeployBackend-.* was left unfinished; nothing was done$");
        refused.Next.ShouldStartWith("./build.sh Resume --environment staging ");
        await ShouldHaveHeardNothingOfJoeAsync();
    }

    /// <summary>What is still as it was when it was chosen is ended as ever, and that is told.</summary>
    [Fact]
    public async Task What_is_still_left_is_taken_back()
    {
        var undone = false;

        (await ResumeAsync(await LeftLongAgoAsync(), ResumeWay.Undo, () => undone = true)).ShouldBeNull();

        undone.ShouldBeTrue();
        _joesObserver.Moments.Select(moment => moment.Stage).ShouldBe([OperationStage.Started, OperationStage.TakingBack, OperationStage.Done]);
        (await Joe.Audit.VerifyAsync(CancellationToken.None)).Lines.ShouldHaveSingleItem().Entry.Result.ShouldBe("done");
    }

    private Task RunAsync(Plan plan, CancellationToken detach = default) => Mara.RunAsync("DeployBackend", "a test", new LeaseWish(),
        _ => Task.FromResult<PlanSource?>(new PlanSource("r-1", new Dictionary<string, string>())), (_, _, _) => Task.FromResult(plan), CancellationToken.None, detach);

    /// <summary>One step that acts once the gate is open.</summary>
    private Plan Waiting(Action act, Action undo) => new("DeployBackend", "staging", [new Stage(1, new Step("switch", "x")
    {
        Do = async _ =>
        {
            await _gate.Task;
            act();
            return "";
        },
        Undo = _ =>
        {
            undo();
            return Task.CompletedTask;
        },
    })]);

    private Task<JournalResult?> ResumeAsync(JournalState state, ResumeWay way, Action undo) =>
        Joe.ResumeAsync(state, way, Patient, (_, _, _) => Task.FromResult(Waiting(() => { }, undo)), CancellationToken.None, CancellationToken.None);

    /// <summary>Joe has seen it going forward, and waits for its lease.</summary>
    private async Task<Task<JournalResult?>> ResumeWaitsAsync(ResumeWay way)
    {
        JournalState? state = null;
        await Wait.UntilAsync("the step has begun", async () => (state = await Joe.UnfinishedAsync(CancellationToken.None)) is { Steps.Count: 1 });
        state!.Remaining.ShouldBe(Remaining.ContinueOrUndo);
        var resumed = ResumeAsync(state, way, () => throw new InvalidOperationException("it is taken back"));
        await Wait.UntilAsync("joe waits", () => _joesNarrator.Lines.Any(line => line.StartsWith("lease: waiting", StringComparison.Ordinal)));
        return resumed;
    }

    private async Task<JournalState> LeftLongAgoAsync()
    {
        var operation = OperationId.Parse("DeployBackend-20200101-000000-0f3a9c");
        var journal = new HostJournal(_host, operation, 1, 0, text => text, null, _host.Folder);
        JournalEntry[] entries =
        [
            new(JournalEvent.Begun) { Header = new JournalHeader(operation.Text, "DeployBackend", "staging", "mara", "laptop", "r-0", new Dictionary<string, string>()) },
            new(JournalEvent.Intent) { Step = "switch x" }, new(JournalEvent.Undo) { Text = "boom" }, new(JournalEvent.Undoing) { Step = "switch x" },
            new(JournalEvent.Left) { Step = "switch x" }, new(JournalEvent.Finished) { Result = JournalResult.Left },
        ];
        foreach (var entry in entries)
            await journal.AppendAsync(entry, CancellationToken.None);
        return (await Joe.UnfinishedAsync(CancellationToken.None)).ShouldNotBeNull();
    }

    private async Task ShouldHaveHeardNothingOfJoeAsync()
    {
        _joesObserver.Moments.ShouldBeEmpty();
        (await Joe.Audit.VerifyAsync(CancellationToken.None)).Lines.ShouldAllBe(line => line.Entry.Who.StartsWith("mara@"));
        (await Joe.Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull();
    }

    private sealed class Observed : IOperationObserver
    {
        public ConcurrentQueue<OperationMoment> Moments { get; } = new();

        public void Saw(OperationMoment moment) => Moments.Enqueue(moment);
    }
}
