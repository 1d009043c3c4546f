using System.Runtime.ExceptionServices;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Transactions;

/// <summary>One run of a plan, from its beginning or from where a journal ends.</summary>
internal sealed class PlanRun
{
    private readonly Plan _plan;
    private readonly IJournal _journal;
    private readonly RunSignals _signals;
    private readonly INarrator _narrator;
    private readonly Lock _lock = new();

    /// <summary>Ids of the steps that have begun, in order, and how far they got.</summary>
    private readonly List<string> _begun;
    private readonly Dictionary<string, StepState> _states;

    /// <summary>Why acting is not allowed any more; once set, it stays.</summary>
    private volatile Exception? _barred;

    /// <summary>The step that was the first to fail, in time: what others do when they are ended because of it is no cause.</summary>
    private StepFailure? _first;

    public PlanRun(Plan plan, IJournal journal, RunSignals signals, INarrator narrator, IReadOnlyList<StepRecord> begun)
    {
        _plan = plan;
        _journal = journal;
        _signals = signals;
        _narrator = narrator;
        _begun = [.. begun.Select(step => step.Id)];
        _states = begun.ToDictionary(step => step.Id, step => step.State);
    }

    /// <summary>The step that has begun and after which nothing is taken back; null: everything can be.</summary>
    public Step? PastReturn => _plan.Steps.FirstOrDefault(step => step.PointOfNoReturn && StateOf(step) is not null);

    private bool IsDetached => _signals.Detach.IsCancellationRequested || _barred is not null;

    public async Task ResumedAsync(string by)
    {
        try
        {
            await WriteAsync(new JournalEntry(JournalEvent.Resumed) { By = by }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ThrowIfDetached(e);
            throw;
        }
    }

    /// <summary>Does what is not done yet; when a step fails, takes everything back and says so.</summary>
    public async Task ForwardAsync()
    {
        Exception failure;
        try
        {
            await RunRowAsync(_plan.Stages, _signals.Detach).ConfigureAwait(false);
            if (PastReturn is null)
                _signals.Interrupt.ThrowIfCancellationRequested();
            await WriteAsync(new JournalEntry(JournalEvent.Finished) { Result = JournalResult.Done }).ConfigureAwait(false);
            return;
        }
        catch (Exception e)
        {
            ThrowIfDetached(e);
            // Its end is not known, and what came before must stay: whoever resumes goes on.
            if (PastReturn is { } last)
                throw new DetachedException(_plan, $"{last} ended with {e.GetBaseException().Message}, and after it nothing is taken back", [last.Id], e);
            failure = e;
        }

        await FailAsync(failure).ConfigureAwait(false);
    }

    /// <summary>Takes back every step that has begun.</summary>
    /// <param name="why">Why that was decided when it was; null: a person wants it now.</param>
    public async Task BackAsync(string? why)
    {
        var text = why ?? "resumed to be taken back";
        var left = await UndoAsync(text).ConfigureAwait(false);
        if (left.Left.Count > 0)
            throw Failure($"{_plan.Operation} could not be taken back completely: {text}", ExitCodes.FailedAndNotUndone, left, null, null);
    }

    private async Task RunRowAsync(IReadOnlyList<Stage> row, CancellationToken stop)
    {
        foreach (var stage in row)
            await RunStageAsync(stage, stop).ConfigureAwait(false);
    }

    /// <param name="stop">Told to stop at once, or what goes on beside this stage has failed.</param>
    private async Task RunStageAsync(Stage stage, CancellationToken stop)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var places = new SemaphoreSlim(Math.Max(1, stage.Parallel));
        var first = stage.First is null ? null : await stage.First(stop).ConfigureAwait(false);
        Task[] running = [.. stage.Steps.Where(step => !IsComplete(step)).OrderBy(step => first?.Contains(step.Subject) == true ? 0 : 1).Select(RunOneAsync), .. stage.Rows.Select(RunBesideAsync)];
        await AllAsync(running).ConfigureAwait(false);

        async Task RunBesideAsync(IReadOnlyList<Stage> row)
        {
            try
            {
                await RunRowAsync(row, others.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (IsFailure(e))
            {
                await others.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }

        async Task RunOneAsync(Step step)
        {
            await places.WaitAsync(others.Token).ConfigureAwait(false);
            try
            {
                others.Token.ThrowIfCancellationRequested();
                if (PastReturn is null)
                    _signals.Interrupt.ThrowIfCancellationRequested();
                await RunStepAsync(step, others.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (IsFailure(e))
            {
                var failure = new StepFailure(step, e);
                if (e is not OperationCanceledException)
                    Interlocked.CompareExchange(ref _first, failure, null);
                // The others' work is taken back anyway. (After an interruption they come to their end: that is easier to take back.)
                await others.CancelAsync().ConfigureAwait(false);
                throw failure;
            }
            finally
            {
                places.Release();
            }
        }
    }

    private bool IsFailure(Exception e) => e is not OperationCanceledException || !_signals.Interrupt.IsCancellationRequested;

    private bool IsComplete(Step step) => StateOf(step) switch
    {
        StepState.Verified => true,
        StepState.Done => step.Verify is null,
        _ => false,
    };

    private async Task RunStepAsync(Step step, CancellationToken cancellationToken)
    {
        try
        {
            if (StateOf(step) is not StepState.Done)
                await DoAsync(step, cancellationToken).ConfigureAwait(false);
            if (step.Verify is null)
                return;
            var seen = await step.Verify(cancellationToken).ConfigureAwait(false);
            await WriteAsync(step, JournalEvent.Verified, seen).ConfigureAwait(false);
            if (seen.Length > 0)
                _narrator.Say(step.Name, $"{step.Subject}  verified: {seen}");
        }
        catch (Exception e) when (!IsDetached && !step.PointOfNoReturn && StateOf(step) is not null && FencedOff(e) is null)
        {
            await WriteAsync(step, JournalEvent.Failed, e.Message).ConfigureAwait(false);
            throw;
        }
    }

    private async Task DoAsync(Step step, CancellationToken cancellationToken)
    {
        await WriteAsync(step, JournalEvent.Intent, null).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, step.StopsWhenInterrupted ? _signals.Interrupt : CancellationToken.None);
        var text = await step.Do(stop.Token).ConfigureAwait(false);
        await WriteAsync(step, JournalEvent.Done, text).ConfigureAwait(false);
        _narrator.Say(step.Name, text.Length == 0 ? $"{step.Subject} done" : $"{step.Subject}  {text}");
    }

    private async Task FailAsync(Exception failure)
    {
        var first = _first;
        var interrupted = _signals.Interrupt.IsCancellationRequested && first is null;
        var why = first is null ? "interrupted" : $"{first.Step} failed: {first.InnerException!.Message}";
        if (first is null)
            _narrator.Warn("cancel", "interrupted; taking back what was done");
        else
            _narrator.Warn(first.Step.Name, $"{first.Step.Subject} failed: {first.InnerException!.Message}");
        var undone = await UndoAsync(why).ConfigureAwait(false);
        throw Failure(
            interrupted ? $"{_plan.Operation} was interrupted" : $"{_plan.Operation} failed at {first?.Step}: {first?.InnerException?.Message ?? failure.Message}",
            undone.Left.Count > 0 ? ExitCodes.FailedAndNotUndone : interrupted ? ExitCodes.Interrupted : ExitCodes.FailedAndUndone,
            undone, first, failure);
    }

    /// <summary>The stages in reverse, and in each the latest step first, as many at once as went forward; rows beside each other.</summary>
    private async Task<(List<string> Undone, List<string> Left)> UndoAsync(string why)
    {
        try
        {
            await WriteAsync(new JournalEntry(JournalEvent.Undo) { Text = why }).ConfigureAwait(false);
            var reports = await UndoRowAsync(_plan.Stages).ConfigureAwait(false);
            var left = reports.Where(report => report.Problem is not null).Select(report => $"{report.Id}: {report.Problem}").ToList();
            await WriteAsync(new JournalEntry(JournalEvent.Finished) { Result = left.Count > 0 ? JournalResult.Left : JournalResult.Undone }).ConfigureAwait(false);
            return ([.. reports.Where(report => report.Problem is null).Select(report => report.Id)], left);
        }
        catch (Exception e)
        {
            ThrowIfDetached(e);
            throw;
        }
    }

    private async Task<IReadOnlyList<(string Id, string? Problem)>> UndoRowAsync(IReadOnlyList<Stage> row)
    {
        var reports = new List<(string Id, string? Problem)>();
        foreach (var stage in row.Reverse())
            reports.AddRange(await UndoStageAsync(stage).ConfigureAwait(false));
        return reports;
    }

    private async Task<IReadOnlyList<(string Id, string? Problem)>> UndoStageAsync(Stage stage)
    {
        if (stage.Rows.Count > 0)
        {
            var rows = stage.Rows.Select(UndoRowAsync).ToArray();
            await AllAsync(rows).ConfigureAwait(false);
            return [.. rows.SelectMany(row => row.Result)];
        }

        var steps = stage.Steps.ToDictionary(step => step.Id);
        List<Step> back;
        lock (_lock)
        {
            back = [.. Enumerable.Reverse(_begun)
                .Where(id => steps.ContainsKey(id) && _states[id] is not (StepState.Undone or StepState.Kept))
                .Select(id => steps[id])];
        }

        using var places = new SemaphoreSlim(Math.Max(1, stage.Parallel));
        var running = back.Select(async step =>
        {
            await places.WaitAsync(_signals.Detach).ConfigureAwait(false);
            try
            {
                return (step, problem: await UndoStepAsync(step).ConfigureAwait(false));
            }
            finally
            {
                places.Release();
            }
        }).ToArray();
        await AllAsync(running).ConfigureAwait(false);
        return [.. running.Select(task => task.Result).Where(one => one.step.Undo is not null).Select(one => (one.step.Id, one.problem))];
    }

    /// <returns>Why it could not be taken back; null: it is.</returns>
    private async Task<string?> UndoStepAsync(Step step)
    {
        _signals.Detach.ThrowIfCancellationRequested();
        if (step.Undo is null)
        {
            _narrator.Say("undo", $"{step}: none: {step.NoUndo}");
            await WriteAsync(step, JournalEvent.Kept, step.NoUndo).ConfigureAwait(false);
            return null;
        }

        await WriteAsync(step, JournalEvent.Undoing, null).ConfigureAwait(false);
        try
        {
            await step.Undo(_signals.Detach).ConfigureAwait(false);
            var seen = step.VerifyUndone is null ? "" : await step.VerifyUndone(_signals.Detach).ConfigureAwait(false);
            await WriteAsync(step, JournalEvent.Undone, seen).ConfigureAwait(false);
            _narrator.Say("undo", seen.Length == 0 ? $"{step}" : $"{step}  (verified: {seen})");
            return null;
        }
        catch (Exception e) when (!IsDetached && FencedOff(e) is null)
        {
            await WriteAsync(step, JournalEvent.Left, e.Message).ConfigureAwait(false);
            _narrator.Warn("undo", $"{step} could not be taken back: {e.Message}");
            return e.Message;
        }
    }

    private OperationException Failure(string what, int exitCode, (List<string> Undone, List<string> Left) undo, StepFailure? first, Exception? cause)
    {
        var why = first?.InnerException as OperationException;
        return new OperationException(what, exitCode, cause)
        {
            Where = why?.Where ?? first?.Step.Subject,
            Seen = why?.Seen,
            Undone = undo.Left.Count > 0
                ? "NOT everything. Left:\n" + string.Join('\n', undo.Left)
                : why?.Undone is { } said ? undo.Undone.Count > 0 ? $"{said}\neverything else: {string.Join(", ", undo.Undone)}" : said
                : undo.Undone.Count > 0 ? "everything: " + string.Join(", ", undo.Undone) : "nothing had been changed",
            Next = undo.Left.Count > 0
                ? $"mend what kept it from being taken back, then ./build.sh Resume --environment {_plan.Environment} --abort"
                : why?.Next ?? $"./build.sh Health --environment {_plan.Environment}",
        };
    }

    private StepState? StateOf(Step step)
    {
        lock (_lock)
            return _states.TryGetValue(step.Id, out var state) ? state : null;
    }

    private async Task WriteAsync(Step step, JournalEvent what, string? text)
    {
        StepState? state = what switch
        {
            JournalEvent.Intent => StepState.Begun,
            JournalEvent.Done => StepState.Done,
            JournalEvent.Verified => StepState.Verified,
            JournalEvent.Failed => StepState.Failed,
            JournalEvent.Undoing => StepState.Undoing,
            JournalEvent.Undone => StepState.Undone,
            JournalEvent.Kept => StepState.Kept,
            _ => StepState.Left,
        };
        if (what == JournalEvent.Intent)
            Remember(state.Value); // Also when the line's fate is unknown: it may be there.
        await WriteAsync(new JournalEntry(what) { Step = step.Id, Text = string.IsNullOrEmpty(text) ? null : text }).ConfigureAwait(false);
        Remember(state.Value);

        void Remember(StepState now)
        {
            lock (_lock)
            {
                if (_states.TryAdd(step.Id, now))
                    _begun.Add(step.Id);
                else
                    _states[step.Id] = now;
            }
        }
    }

    /// <summary>A journal that cannot be written bars this process from acting: nobody could learn what it did.</summary>
    private async Task WriteAsync(JournalEntry entry)
    {
        _signals.Detach.ThrowIfCancellationRequested();
        if (_barred is { } earlier)
            ExceptionDispatchInfo.Throw(earlier);
        try
        {
            await _journal.AppendAsync(entry, _signals.Detach).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _barred, e, null);
            throw;
        }
    }

    private void ThrowIfDetached(Exception e)
    {
        var fenced = FencedOff(e);
        if (!IsDetached && fenced is null)
            return;
        var cause = fenced ?? _barred;
        List<string> begun;
        lock (_lock)
            begun = [.. _begun.Where(id => _states[id] is not (StepState.Undone or StepState.Kept))];
        var why = cause is null or OperationCanceledException ? _signals.WhyDetached?.Invoke() ?? "told to stop at once" : cause.Message;
        throw new DetachedException(_plan, why, begun, cause);
    }

    /// <summary>Waits for all, and throws what all of them threw.</summary>
    private static async Task AllAsync(IEnumerable<Task> tasks)
    {
        var all = Task.WhenAll(tasks);
        await all.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (all.Exception is { } failures)
            throw failures;
        await all.ConfigureAwait(false);
    }

    private static FencedOffException? FencedOff(Exception e) => All(e).OfType<FencedOffException>().FirstOrDefault();

    private static IEnumerable<Exception> All(Exception e) => e switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(All),
        { InnerException: { } inner } => All(inner).Prepend(e),
        _ => [e],
    };

    private sealed class StepFailure(Step step, Exception cause) : Exception(cause.Message, cause)
    {
        public Step Step { get; } = step;
    }
}
