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

    [Theory]
    [InlineData("a b c", "x", true, "a; b; c+x")]
    [InlineData("a b c", "x y", true, "a; b+x; c+y")]
    [InlineData("a", "x y z", true, "x; y; z+a")]
    [InlineData("a b c", "x", false, "a+x; b; c")]
    [InlineData("a b", "x y", false, "a+x; b+y")]
    [InlineData("a", "x y z", false, "x+a; y; z")]
    [InlineData("a b", "", true, "a; b")]
    [InlineData("", "", false, "")]
    public void Rows_of_stages_run_beside_each_other(string some, string others, bool atTheEnd, string together)
    {
        var beside = Stage.Beside(Row(some), Row(others), atTheEnd);

        string.Join("; ", beside.Select(stage => string.Join('+', stage.Steps.Select(step => step.Name)))).ShouldBe(together);
        beside.ShouldAllBe(stage => stage.Parallel == stage.Steps.Count);

        Stage[] Row(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new Stage(1, Step(name)))];
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
                    from failing in Gen.Choose(0, sizes.Sum() - 1)
                    select (sizes, parallel, failing);

        Prop.ForAll(plans.ToArbitrary(), sample =>
        {
            var (begun, undone) = (new ConcurrentBag<int>(), new ConcurrentBag<int>());
            var number = 0;
            var stages = sample.sizes.Select(size => new Stage(sample.parallel, [.. Enumerable.Range(0, size).Select(_ =>
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
                        undone.Add(id);
                        return Task.CompletedTask;
                    },
                };
            })])).ToArray();
            var error = Should.Throw<OperationException>(() =>
                new PlanRunner(_narrator).RunAsync(new Plan("Deploy", "e", stages), CancellationToken.None).GetAwaiter().GetResult());
            return error.ExitCode == ExitCodes.FailedAndUndone && begun.Order().SequenceEqual(undone.Order());
        }).QuickCheckThrowOnFailure();
    }
}
