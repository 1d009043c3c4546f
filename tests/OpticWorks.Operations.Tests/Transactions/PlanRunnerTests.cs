using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Tests.Transactions;

public sealed class PlanRunnerTests
{
    private readonly ConcurrentQueue<string> _events = new();
    private readonly Recorder _narrator = new();

    private Step Step(string name, Func<CancellationToken, Task>? work = null, Func<Task>? undo = null) => new(name, "x")
    {
        Do = async token =>
        {
            _events.Enqueue($"do {name}");
            if (work is not null)
                await work(token);
            return "";
        },
        Undo = async _ =>
        {
            _events.Enqueue($"undo {name}");
            if (undo is not null)
                await undo();
        },
    };

    private Task RunAsync(params Stage[] stages) => new PlanRunner(_narrator).RunAsync(new Plan("Deploy", "staging", stages), CancellationToken.None);

    [Fact]
    public async Task Stages_run_in_order()
    {
        await RunAsync(new Stage(1, Step("a"), Step("b")), new Stage(1, Step("c")));

        _events.ShouldBe(["do a", "do b", "do c"]);
    }

    private Stage[] Row(params Step[] steps) => [.. steps.Select(step => new Stage(1, step))];

    [Fact]
    public void A_row_beside_none_stays_as_it_is()
    {
        var row = Row(Step("a"), Step("b"));

        Stage.Beside([], row, []).ShouldBe(row);
        Stage.Beside([], []).ShouldBeEmpty();
        Stage.Beside(row, row).ShouldHaveSingleItem().AllSteps.Select(step => step.Name).ShouldBe(["a", "b", "a", "b"]);
    }

    [Fact]
    public async Task Rows_do_not_wait_for_each_other_and_what_follows_waits_for_all()
    {
        var (last, first) = (new TaskCompletionSource(), new TaskCompletionSource());

        // The first step of one row ends when the last of the other has begun, and the other way round.
        await RunAsync([
            .. Stage.Beside(
                Row(Step("a", first.Task.WaitAsync), Step("b", _ => Done(last))),
                Row(Step("x"), Step("y", async token =>
                {
                    first.SetResult();
                    await last.Task.WaitAsync(token);
                }))),
            new Stage(1, Step("c")),
        ]);

        _events.Where(one => one != "do a").ShouldBe(["do x", "do y", "do b", "do c"]);

        static Task Done(TaskCompletionSource source)
        {
            source.SetResult();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_failure_in_a_row_ends_the_others_and_each_goes_back_from_its_end()
    {
        var begun = new TaskCompletionSource();

        var error = await Should.ThrowAsync<OperationException>(() => RunAsync([
            .. Stage.Beside(
                Row(Step("a"), Step("b"), Step("c", async token =>
                {
                    begun.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }), Step("d")),
                Row(Step("x"), Step("y", async token =>
                {
                    await begun.Task.WaitAsync(token);
                    throw new InvalidOperationException("boom");
                }), Step("z"))),
            new Stage(1, Step("e")),
        ]));

        (error.ExitCode, error.Message).ShouldBe((ExitCodes.FailedAndUndone, "Deploy failed at y x: boom"));
        _events.ShouldNotContain("do d");
        _events.ShouldNotContain("do z");
        _events.ShouldNotContain("do e");
        _events.Where(one => one is "undo a" or "undo b" or "undo c").ShouldBe(["undo c", "undo b", "undo a"]);
        _events.Where(one => one is "undo x" or "undo y").ShouldBe(["undo y", "undo x"]);
    }

    [Fact]
    public async Task An_interruption_lets_the_steps_of_all_rows_end()
    {
        using var cancel = new CancellationTokenSource();
        var both = new TaskCompletionSource();
        var plan = new Plan("Deploy", "staging", Stage.Beside(
            Row(Step("a", async token =>
            {
                await both.Task.WaitAsync(token);
                await cancel.CancelAsync();
            }), Step("b")),
            Row(Step("x", async token =>
            {
                both.SetResult();
                await Task.Run(() => SpinWait.SpinUntil(() => cancel.IsCancellationRequested), token);
            }), Step("y"))));

        var error = await Should.ThrowAsync<OperationException>(() => new PlanRunner(_narrator).RunAsync(plan, cancel.Token));

        error.ExitCode.ShouldBe(ExitCodes.Interrupted);
        _events.Order().ShouldBe(["do a", "do x", "undo a", "undo x"]);
    }

    [Fact]
    public async Task A_failure_undoes_what_was_begun_in_reverse_the_failed_step_included()
    {
        var error = await Should.ThrowAsync<OperationException>(() => RunAsync(
            new Stage(1, Step("a")), new Stage(1, Step("b", _ => throw new InvalidOperationException("boom"))), new Stage(1, Step("c"))));

        _events.ShouldBe(["do a", "do b", "undo b", "undo a"]);
        (error.ExitCode, error.Message).ShouldBe((ExitCodes.FailedAndUndone, "Deploy failed at b x: boom"));
        error.Undone.ShouldBe("everything: b x, a x");
    }

    [Fact]
    public async Task An_undo_that_fails_does_not_stop_the_others_and_needs_a_person()
    {
        var error = await Should.ThrowAsync<OperationException>(() => RunAsync(
            new Stage(1, Step("a")),
            new Stage(1, Step("b", undo: () => throw new InvalidOperationException("stuck"))),
            new Stage(1, Step("c", _ => throw new InvalidOperationException("boom")))));

        _events.ShouldBe(["do a", "do b", "do c", "undo c", "undo b", "undo a"]);
        (error.ExitCode, error.Undone).ShouldBe((ExitCodes.FailedAndNotUndone, "NOT everything. Left:\nb x: stuck"));
        error.Next.ShouldNotBeNull().ShouldContain("Resume --environment");
    }

    [Fact]
    public async Task Cancellation_undoes_and_ends_with_130()
    {
        using var cancel = new CancellationTokenSource();
        var plan = new Plan("Deploy", "staging", [new Stage(1, Step("a")), new Stage(1, Step("b", async token =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
        }))]);

        var error = await Should.ThrowAsync<OperationException>(() => new PlanRunner(_narrator).RunAsync(plan, cancel.Token));

        error.ExitCode.ShouldBe(ExitCodes.Interrupted);
        _events.ShouldBe(["do a", "do b", "undo b", "undo a"]);
    }

    [Fact]
    public async Task Steps_of_a_parallel_stage_run_at_the_same_time()
    {
        var together = new Barrier(3);
        Task Meet(CancellationToken token) => Task.Run(() => together.SignalAndWait(TimeSpan.FromSeconds(20)).ShouldBeTrue(), token);

        await RunAsync(new Stage(3, Step("a", Meet), Step("b", Meet), Step("c", Meet)));

        _events.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Those_that_a_stage_names_when_it_begins_come_first()
    {
        Step[] steps = [.. "abcd".Select(letter => Step($"{letter}") with { Subject = $"host-{letter}" })];

        await RunAsync(new Stage(1, steps) { First = _ => Task.FromResult<IReadOnlySet<string>>(new HashSet<string> { "host-d", "host-b", "none" }) });

        _events.ShouldBe(["do b", "do d", "do a", "do c"]);
    }

    [Fact]
    public async Task A_step_without_undo_must_say_why()
    {
        var bare = new Step("a", "x") { Do = _ => Task.FromResult("") };

        await Should.ThrowAsync<ArgumentException>(() => RunAsync(new Stage(1, bare)));
    }

    [Fact]
    public void Whatever_fails_every_begun_step_is_undone_once_and_no_other()
    {
        var plans = from stages in Gen.Choose(1, 5)
                    from sizes in Gen.Choose(1, 4).ArrayOf(stages)
                    from parallel in Gen.Choose(1, 4)
                    from split in Gen.Choose(0, stages)
                    from failing in Gen.Choose(0, sizes.Sum() - 1)
                    select (sizes, parallel, split, failing);

        Prop.ForAll(plans.ToArbitrary(), sample =>
        {
            var (begun, undone) = (new ConcurrentBag<int>(), new ConcurrentQueue<int>());
            var number = 0;
            var rows = sample.sizes.Select(size => new Stage(sample.parallel, [.. Enumerable.Range(0, size).Select(_ =>
            {
                var id = number++;
                return new Step("s", $"{id}")
                {
                    Do = async _ =>
                    {
                        begun.Add(id);
                        await Task.Yield();
                        return id == sample.failing ? throw new InvalidOperationException("x") : "";
                    },
                    Undo = _ =>
                    {
                        undone.Enqueue(id);
                        return Task.CompletedTask;
                    },
                };
            })])).Chunk(Math.Max(1, sample.split)).ToArray();
            var error = Should.Throw<OperationException>(() =>
                new PlanRunner(_narrator).RunAsync(new Plan("Deploy", "e", Stage.Beside(rows)), CancellationToken.None).GetAwaiter().GetResult());
            return error.ExitCode == ExitCodes.FailedAndUndone && begun.Order().SequenceEqual(undone.Order())
                && rows.All(row => IsBackwards(undone.Select(id => Array.FindIndex(row, stage => stage.Steps.Any(step => step.Subject == $"{id}"))).Where(place => place >= 0)));
        }).QuickCheckThrowOnFailure();

        static bool IsBackwards(IEnumerable<int> places) => places.SequenceEqual(places.OrderDescending());
    }
}
