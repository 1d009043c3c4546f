using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>A run with a journal: what is written when, what ends it, and how it is resumed.</summary>
public sealed class ResumeTests
{
    private readonly Recorder _narrator = new();

    private PlanRunner Runner => new(_narrator);

    private static Step Step(string name, Func<CancellationToken, Task>? work = null, Func<Task>? undo = null, bool verify = false) => new(name, "x")
    {
        Do = async token =>
        {
            if (work is not null)
                await work(token);
            return "";
        },
        Undo = async _ =>
        {
            if (undo is not null)
                await undo();
        },
        Verify = verify ? _ => Task.FromResult("seen") : null,
        VerifyUndone = verify ? _ => Task.FromResult("weight 100") : null,
    };

    private static Plan Plan(params Stage[] stages) => new("Deploy", "staging", stages);

    private static MemoryJournal Begun()
    {
        var journal = new MemoryJournal();
        journal.AppendAsync(HostJournalTests.Begun, CancellationToken.None);
        return journal;
    }

    private static string[] Words(MemoryJournal journal) =>
        [.. journal.Lines.Skip(1).Select(line => $"{line.Entry.Event} {line.Entry.Step}{line.Entry.Result}".TrimEnd())];

    private static RunSignals Never => new(CancellationToken.None);

    [Fact]
    public async Task Everything_is_written_before_and_after_it_happens()
    {
        var journal = Begun();
        var work = (CancellationToken _) =>
        {
            journal.Lines[^1].Entry.Event.ShouldBe(JournalEvent.Intent);
            return Task.CompletedTask;
        };

        await Runner.RunAsync(Plan(new Stage(1, Step("a", work, verify: true)), new Stage(1, Step("b", work))), journal, Never);

        Words(journal).ShouldBe(["Intent a x", "Done a x", "Verified a x", "Intent b x", "Done b x", "Finished Done"]);
    }

    [Fact]
    public async Task A_failure_is_written_undone_verified_and_told()
    {
        var journal = Begun();

        await Should.ThrowAsync<OperationException>(() => Runner.RunAsync(
            Plan(new Stage(1, Step("a", verify: true)), new Stage(1, Step("b", _ => throw new InvalidOperationException("boom")))), journal, Never));

        Words(journal).ShouldBe(
        [
            "Intent a x", "Done a x", "Verified a x", "Intent b x", "Failed b x", "Undo",
            "Undoing b x", "Undone b x", "Undoing a x", "Undone a x", "Finished Undone",
        ]);
        journal.Lines.Single(line => line.Entry.Event == JournalEvent.Undo).Entry.Text.ShouldBe("b x failed: boom");
        _narrator.Lines.ShouldContain("undo: a x  (verified: weight 100)");
    }

    [Fact]
    public async Task What_is_done_wrongly_is_taken_back_and_what_is_taken_back_wrongly_needs_a_person()
    {
        var wrong = new Step("a", "x")
        {
            Do = _ => Task.FromResult(""),
            Verify = _ => throw new InvalidOperationException("the old one answers"),
            Undo = _ => Task.CompletedTask,
            VerifyUndone = _ => throw new InvalidOperationException("weight 50"),
        };
        var journal = Begun();

        var error = await Should.ThrowAsync<OperationException>(() => Runner.RunAsync(Plan(new Stage(1, wrong)), journal, Never));

        (error.ExitCode, error.Message, error.Undone).ShouldBe((ExitCodes.FailedAndNotUndone, "Deploy failed at a x: the old one answers", "NOT everything. Left:\na x: weight 50"));
        Words(journal).ShouldBe(["Intent a x", "Done a x", "Failed a x", "Undo", "Undoing a x", "Left a x", "Finished Left"]);
    }

    [Fact]
    public async Task The_first_signal_lets_the_step_finish_and_takes_everything_back()
    {
        using var signal = new CancellationTokenSource();
        var (finished, undone) = (false, new ConcurrentQueue<string>());
        var plan = Plan(new Stage(1, Step("a", async token =>
        {
            await signal.CancelAsync();
            token.IsCancellationRequested.ShouldBeFalse();
            finished = true;
        }, () => Record("a")), Step("b", undo: () => Record("b"))));

        var error = await Should.ThrowAsync<OperationException>(() => Runner.RunAsync(plan, Begun(), new RunSignals(signal.Token)));

        (error.ExitCode, finished).ShouldBe((ExitCodes.Interrupted, true));
        undone.ShouldBe(["a"]);

        Task Record(string name)
        {
            undone.Enqueue(name);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_first_signal_lets_steps_beside_it_finish_too_and_stops_one_that_only_watches()
    {
        using var signal = new CancellationTokenSource();
        var finished = false;
        var watch = Step("watch", token => Task.Delay(Timeout.Infinite, token)) with { StopsWhenInterrupted = true };
        var work = Step("work", async token =>
        {
            await signal.CancelAsync();
            await Task.Delay(50, token);
            finished = true;
        });

        var error = await Should.ThrowAsync<OperationException>(() => Runner.RunAsync(Plan(new Stage(2, watch, work)), Begun(), new RunSignals(signal.Token)));

        (error.ExitCode, error.Message, finished).ShouldBe((ExitCodes.Interrupted, "Deploy was interrupted", true));
    }

    [Fact]
    public async Task Detaching_stops_at_once_undoes_nothing_and_says_how_to_resume()
    {
        using var detach = new CancellationTokenSource();
        var undone = false;
        var journal = Begun();
        var plan = Plan(new Stage(1, Step("a"), Step("b", async token =>
        {
            await detach.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        }, () =>
        {
            undone = true;
            return Task.CompletedTask;
        })));

        var error = await Should.ThrowAsync<DetachedException>(() => Runner.RunAsync(plan, journal, new RunSignals(CancellationToken.None, detach.Token, () => "the lease is lost")));

        (error.ExitCode, error.Message, undone).ShouldBe((ExitCodes.FailedAndNotUndone, "Deploy was left half-done: the lease is lost", false));
        error.Undone.ShouldBe("nothing more. These steps may have acted and are not taken back:\na x\nb x");
        error.Next.ShouldBe("./build.sh Resume --environment staging     goes on; with --abort it only undoes");
        Words(journal).ShouldBe(["Intent a x", "Done a x", "Intent b x"]);
    }

    [Fact]
    public async Task A_second_signal_while_taking_back_detaches()
    {
        using var detach = new CancellationTokenSource();
        var plan = Plan(new Stage(1, Step("a", undo: () => throw new InvalidOperationException("not reached")),
            Step("b", _ => throw new InvalidOperationException("boom"), () => detach.CancelAsync())));

        await Should.ThrowAsync<DetachedException>(() => Runner.RunAsync(plan, Begun(), new RunSignals(CancellationToken.None, detach.Token)));
    }

    [Fact]
    public async Task A_holder_that_is_fenced_off_does_not_even_undo()
    {
        var undone = false;
        var step = Step("a", _ => throw new OperationException("many", ExitCodes.Engine, new AggregateException(new FencedOffException("api-1", 7, "8"))), () =>
        {
            undone = true;
            return Task.CompletedTask;
        });
        var journal = Begun();

        var error = await Should.ThrowAsync<DetachedException>(() => Runner.RunAsync(Plan(new Stage(1, step)), journal, Never));

        error.Message.ShouldContain("api-1 has seen a newer holder of the lease");
        undone.ShouldBeFalse();
        Words(journal).ShouldBe(["Intent a x"]);
    }

    /// <summary>Wherever the journal is lost, nothing acts after that.</summary>
    [Fact]
    public async Task Without_its_journal_a_run_stops_acting()
    {
        for (var lines = 0; lines < 11; lines++)
        {
            var acts = 0;
            var journal = new Breaking(lines, () => acts);
            Task Act()
            {
                acts++;
                return Task.CompletedTask;
            }

            var plan = Plan(
                new Stage(1, Step("a", _ => Act(), Act)), new Stage(1, Step("b", _ => Act(), Act)),
                new Stage(1, Step("c", _ => throw new InvalidOperationException("boom"), Act)));

            var error = await Should.ThrowAsync<OperationException>(() => Runner.RunAsync(plan, journal, Never));

            error.ShouldBeOfType<DetachedException>($"broken after {lines} lines");
            acts.ShouldBe(journal.ActsWhenBroken);
        }
    }

    [Fact]
    public async Task A_failed_operation_cannot_be_continued_a_finished_one_needs_nothing_and_a_changed_plan_is_refused()
    {
        var journal = Begun();
        var plan = Plan(new Stage(1, Step("a")));
        await journal.AppendAsync(new JournalEntry(JournalEvent.Intent) { Step = "a x" }, CancellationToken.None);

        (await Should.ThrowAsync<OperationException>(() => ResumeAsync(Plan(new Stage(1, Step("other"))), ResumeWay.Undo))).Message
            .ShouldBe("The journal holds a step that this plan lacks: a x");
        await journal.AppendAsync(new JournalEntry(JournalEvent.Failed) { Step = "a x", Text = "boom" }, CancellationToken.None);
        (await Should.ThrowAsync<OperationException>(() => ResumeAsync(plan, ResumeWay.Continue))).ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        (await ResumeAsync(plan, ResumeWay.Undo)).ShouldBeTrue();
        (await ResumeAsync(plan, ResumeWay.Undo)).ShouldBeFalse();

        Task<bool> ResumeAsync(Plan with, ResumeWay way) => Runner.ResumeAsync(with, journal, JournalState.Of(journal.Lines, "x"), way, "joe@desk", Never);
    }

    /// <summary>
    /// The heart of it: a fleet of switches; any plan (its last stages in one row, or in two or three beside each other), any failing step, killed after
    /// any line of its journal (also in the middle of a step), resumed either way, killed again, resumed again: it ends with all new or all old, and
    /// every prefix of every journal has a meaning.
    /// </summary>
    [Fact]
    public void However_often_it_is_killed_it_ends_all_old_or_all_new()
    {
        var runs = from stages in Gen.Choose(1, 5)
                   from rows in Gen.Choose(1, 3)
                   from sizes in Gen.Choose(1, 4).ArrayOf(stages)
                   from parallel in Gen.Choose(1, 3)
                   from failing in Gen.Choose(-3, sizes.Sum() - 1)
                   from kills in Gen.Choose(0, 25).ArrayOf(3)
                   from ways in Gen.Choose(0, 1).ArrayOf(3)
                   from verify in Gen.Choose(0, 1)
                   select (sizes, rows, parallel, failing, kills, ways, verify);

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var fleet = new int[run.sizes.Sum()]; // 0 old, 1 half, 2 new
            var plan = Fleet(run.sizes, run.rows, run.parallel, run.failing, run.verify == 1, fleet);
            var journal = Begun();
            Attempt(() => Runner.RunAsync(plan, new Killed(journal, run.kills[0]), Never));
            for (var i = 1; i < 4 && JournalState.Of(journal.Lines, "x").Remaining != Remaining.Nothing; i++)
            {
                var state = JournalState.Of(journal.Lines, "x");
                var way = i < 3 && run.ways[i] == 0 && state.Remaining == Remaining.ContinueOrUndo ? ResumeWay.Continue : ResumeWay.Undo;
                var limit = i < 3 ? run.kills[i] : int.MaxValue;
                Attempt(() => Runner.ResumeAsync(plan, new Killed(journal, limit), state, way, "joe@desk", Never));
            }

            for (var prefix = 0; prefix <= journal.Lines.Count; prefix++)
                JournalState.Of([.. journal.Lines.Take(prefix)], "x").Lines.ShouldBe(prefix);
            var end = JournalState.Of(journal.Lines, "x");
            var expected = end.Result == JournalResult.Done ? 2 : 0;
            return (end.Remaining == Remaining.Nothing && end.Result != JournalResult.Left && fleet.All(one => one == expected))
                .Label($"{end.Result}: {string.Join("", fleet)} {string.Join(", ", Words(journal))}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static Plan Fleet(int[] sizes, int rows, int parallel, int failing, bool verify, int[] fleet)
    {
        var number = 0;
        Stage[] stages = [.. sizes.Select(size => new Stage(parallel, [.. Enumerable.Range(0, size).Select(_ => Switch(number++))]))];
        return Plan([stages[0], .. Stage.Beside(Enumerable.Range(0, rows).Select(row => (Stage[])[.. stages.Skip(1).Where((_, i) => i % rows == row)]))]);

        Step Switch(int id) => new("switch", $"{id}")
        {
            Do = async _ =>
            {
                fleet[id] = 1;
                await Task.Yield();
                if (id == failing)
                    throw new InvalidOperationException("boom");
                fleet[id] = 2;
                return "";
            },
            Undo = async _ =>
            {
                fleet[id] = 1;
                await Task.Yield();
                fleet[id] = 0;
            },
            Verify = verify ? _ => fleet[id] == 2 ? Task.FromResult("new") : throw new InvalidOperationException("not new") : null,
            VerifyUndone = verify ? _ => fleet[id] == 0 ? Task.FromResult("old") : throw new InvalidOperationException("not old") : null,
        };
    }

    private static void Attempt(Func<Task> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
        }
        catch (OperationException)
        {
            // Killed, or failed and undone.
        }
    }

    /// <summary>A process that dies: after so many lines nothing is written any more (and, the runner being right, nothing is done).</summary>
    private sealed class Killed(MemoryJournal journal, int lines) : IJournal
    {
        private int _left = lines;

        public Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
        {
            lock (journal)
            {
                if (_left-- <= 0)
                    throw new OperationException("killed", ExitCodes.Engine);
                return journal.AppendAsync(entry, cancellationToken);
            }
        }
    }

    private sealed class Breaking(int lines, Func<int> acts) : IJournal
    {
        private int _left = lines;

        public int ActsWhenBroken { get; private set; }

        public Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
        {
            if (_left-- > 0)
                return Task.CompletedTask;
            if (_left == -1)
                ActsWhenBroken = acts();
            throw new OperationException("The journal could not be written", ExitCodes.Engine);
        }
    }

    private static Step Last(Func<CancellationToken, Task>? work = null) => Step("last", work) with { Undo = null, NoUndo = "none", PointOfNoReturn = true };

    [Fact]
    public async Task After_a_point_of_no_return_an_interruption_takes_nothing_back()
    {
        var journal = Begun();
        using var interrupt = new CancellationTokenSource();

        await Runner.RunAsync(Plan(new Stage(1, Step("a")), new Stage(1, Last(_ => interrupt.CancelAsync()))), journal, new RunSignals(interrupt.Token));

        Words(journal).ShouldBe(["Intent a x", "Done a x", "Intent last x", "Done last x", "Finished Done"]);
    }

    [Fact]
    public async Task An_interruption_before_it_takes_all_back()
    {
        var journal = Begun();
        using var interrupt = new CancellationTokenSource();

        var error = await Should.ThrowAsync<OperationException>(() =>
            Runner.RunAsync(Plan(new Stage(1, Step("a", _ => interrupt.CancelAsync())), new Stage(1, Last())), journal, new RunSignals(interrupt.Token)));

        error.ExitCode.ShouldBe(ExitCodes.Interrupted);
        Words(journal).ShouldBe(["Intent a x", "Done a x", "Undo", "Undoing a x", "Undone a x", "Finished Undone"]);
    }

    [Fact]
    public async Task A_point_of_no_return_that_did_not_come_to_its_end_is_left_for_resume_which_can_only_go_on()
    {
        var journal = Begun();
        var tries = 0;
        var plan = Plan(new Stage(1, Step("a")), new Stage(1, Last(_ => ++tries == 1 ? throw new InvalidOperationException("boom") : Task.CompletedTask)));

        var left = await Should.ThrowAsync<DetachedException>(() => Runner.RunAsync(plan, journal, Never));
        left.Message.ShouldContain("boom");
        Words(journal).ShouldBe(["Intent a x", "Done a x", "Intent last x"]);

        var state = JournalState.Of(journal.Lines, "here");
        var refused = await Should.ThrowAsync<OperationException>(() => Runner.ResumeAsync(plan, journal, state, ResumeWay.Undo, "mara", Never));
        (refused.ExitCode, refused.Message).ShouldBe((ExitCodes.PreflightRefused, "Deploy can only go on: last x has begun, and what came before it would not work any more"));
        (await Runner.ResumeAsync(plan, journal, state, ResumeWay.Continue, "mara", Never)).ShouldBeTrue();
        Words(journal).ShouldBe(["Intent a x", "Done a x", "Intent last x", "Resumed", "Intent last x", "Done last x", "Finished Done"]);
    }

    [Fact]
    public void A_point_of_no_return_stands_alone_at_the_end()
    {
        Plan(new Stage(1, Step("a")), new Stage(1, Last())).Check();
        Should.Throw<ArgumentException>(() => Plan(new Stage(1, Last()), new Stage(1, Step("a"))).Check());
        Should.Throw<ArgumentException>(() => Plan(new Stage(1, Step("a"), Last())).Check());
    }
}
