using System.Collections.Concurrent;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Tests.Notifications;

public sealed class NewsroomTests
{
    private readonly Recorder _narrator = new();

    internal static OperationMoment Moment(OperationStage stage, string kind = "Canary") => new(stage,
        new JournalHeader($"{kind}-20261122-141203-0f3a9c", kind, "production", "mara", "laptop", "r-2", new Dictionary<string, string>()), "carts fail");

    [Fact]
    public async Task Every_sink_hears_everything_in_order_and_nobody_waits_for_it()
    {
        var gate = new TaskCompletionSource();
        var (slow, quick) = (new Sink { Before = () => gate.Task }, new Sink());
        var newsroom = new Newsroom([slow, quick], _narrator);

        newsroom.Saw(Moment(OperationStage.Started));
        newsroom.Saw(Moment(OperationStage.Done));
        slow.Heard.ShouldBeEmpty();
        gate.SetResult();
        await newsroom.SettleAsync(TimeSpan.FromMinutes(1));

        slow.Heard.ShouldBe([OperationStage.Started, OperationStage.Done]);
        quick.Heard.ShouldBe([OperationStage.Started, OperationStage.Done]);
    }

    [Fact]
    public async Task A_sink_that_fails_is_told_of_the_end_only_and_harms_nobody()
    {
        var (broken, well) = (new Sink { Before = () => throw new InvalidOperationException("no") }, new Sink());
        var newsroom = new Newsroom([broken, well], _narrator);

        foreach (var stage in new[] { OperationStage.Started, OperationStage.TakingBack, OperationStage.Failed })
            newsroom.Saw(Moment(stage) with { ExitCode = ExitCodes.FailedAndUndone });
        await newsroom.SettleAsync(TimeSpan.FromMinutes(1));

        broken.Asked.ShouldBe(2);
        well.Heard.Count.ShouldBe(3);
        _narrator.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_end_of_the_program_waits_no_longer_than_its_limit()
    {
        var newsroom = new Newsroom([new Sink { Before = () => new TaskCompletionSource().Task }], _narrator);

        newsroom.Saw(Moment(OperationStage.Done));
        await newsroom.SettleAsync(TimeSpan.FromMilliseconds(20));

        _narrator.Lines.ShouldHaveSingleItem().ShouldContain("not everybody could be told");
    }

    [Theory]
    [InlineData(OperationStage.Started, null, 0, "Canary on production (r-2) has begun\nby mara@laptop: carts fail")]
    [InlineData(OperationStage.Started, ResumeWay.Undo, 0, "Canary on production (r-2) is being taken back\nby mara@laptop: carts fail")]
    [InlineData(OperationStage.TakingBack, null, 0, "Canary on production (r-2) is being taken back: why\nby mara@laptop: carts fail")]
    [InlineData(OperationStage.Done, null, 0, "Canary on production (r-2) is done after 4.2 s")]
    [InlineData(OperationStage.Done, ResumeWay.Undo, 0, "Canary on production (r-2) is taken back after 4.2 s")]
    [InlineData(OperationStage.Failed, null, 5, "Canary on production (r-2) failed and was undone: why after 4.2 s")]
    [InlineData(OperationStage.Failed, null, 130, "Canary on production (r-2) was interrupted and undone after 4.2 s")]
    [InlineData(OperationStage.Failed, null, 6, "Canary on production (r-2) failed and was NOT fully undone: why after 4.2 s\na person is needed: ./build.sh Health --environment production")]
    [InlineData(OperationStage.LeftUnfinished, null, 6, "Canary on production (r-2) was left unfinished: why after 4.2 s\n./build.sh Resume --environment production     or with --abort to take it back")]
    public void A_moment_reads_as_a_sentence(OperationStage stage, ResumeWay? resumed, int exitCode, string text) =>
        SlackSink.Text(Moment(stage) with { Resumed = resumed, ExitCode = exitCode, Why = "why", Duration = TimeSpan.FromSeconds(4.2) }, null).ShouldBe(text);

    [Theory]
    [InlineData(OperationStage.Started, 0, DeploymentState.InProgress)]
    [InlineData(OperationStage.TakingBack, 0, DeploymentState.InProgress)]
    [InlineData(OperationStage.Done, 0, DeploymentState.Success)]
    [InlineData(OperationStage.Failed, 5, DeploymentState.Failure)]
    [InlineData(OperationStage.Failed, 130, DeploymentState.Failure)]
    [InlineData(OperationStage.Failed, 6, DeploymentState.Error)]
    [InlineData(OperationStage.LeftUnfinished, 6, DeploymentState.Error)]
    public void A_moment_is_a_state_at_GitHub(OperationStage stage, int exitCode, DeploymentState state) =>
        GitHubSink.State(Moment(stage) with { ExitCode = exitCode }).ShouldBe(state);

    /// <summary>The verdict reaches the observer once it is safe in the journal; the runner knows nothing of it.</summary>
    [Fact]
    public async Task A_failing_operation_is_seen_to_start_to_be_taken_back_and_to_end()
    {
        var (seen, header) = (new Seen(), Moment(OperationStage.Started).Operation);
        var observed = new ObservedOperation(seen, header, "password hunter2", null, text => text.Replace("hunter2", "…"));
        var plan = new Plan("Canary", "production", [new Stage(1, new Step("switch", "api-1:9001")
        {
            Do = _ => throw new OperationException("503 hunter2", ExitCodes.Engine),
            Undo = _ => Task.CompletedTask,
        })]);

        observed.Started();
        var failure = await Should.ThrowAsync<OperationException>(() =>
            new PlanRunner(_narrator).RunAsync(plan, observed.Listen(new MemoryJournal()), new RunSignals(CancellationToken.None)));
        observed.Failed(failure);

        seen.Moments.Select(moment => (moment.Stage, moment.ExitCode)).ShouldBe(
            [(OperationStage.Started, 0), (OperationStage.TakingBack, 0), (OperationStage.Failed, ExitCodes.FailedAndUndone)]);
        seen.Moments.ShouldAllBe(moment => !$"{moment.Why} {moment.Reason}".Contains("hunter2"));
        seen.Moments.ElementAt(1).Why.ShouldBe("switch api-1:9001 failed: 503 …");
    }

    private sealed class Seen : IOperationObserver
    {
        public ConcurrentQueue<OperationMoment> Moments { get; } = new();

        public void Saw(OperationMoment moment) => Moments.Enqueue(moment);
    }

    private sealed class Sink : INewsSink
    {
        public Func<Task> Before { get; init; } = () => Task.CompletedTask;

        public ConcurrentQueue<OperationStage> Heard { get; } = new();

        public int Asked;

        public string Name => "sink";

        public async Task TellAsync(OperationMoment moment, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Asked);
            await Before();
            Heard.Enqueue(moment.Stage);
        }
    }
}
