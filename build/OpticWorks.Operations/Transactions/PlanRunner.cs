using System.Collections.Concurrent;

namespace OpticWorks.Operations.Transactions;

/// <summary>Runs a plan: all of it, or nothing of it that could be taken back.</summary>
public sealed class PlanRunner(INarrator narrator)
{
    /// <exception cref="OperationException">A step failed; everything was undone (5), or not everything could be (6); or the work was
    /// cancelled and undone (130).</exception>
    public async Task RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        plan.Check();
        var begun = new ConcurrentStack<Step>();
        try
        {
            foreach (var stage in plan.Stages)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await RunStageAsync(stage, begun, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            await FailAsync(plan, [.. begun], e, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunStageAsync(Stage stage, ConcurrentStack<Step> begun, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(Math.Max(1, stage.Parallel));
        var running = stage.Steps.Select(RunStepAsync).ToArray();
        await Task.WhenAll(running).ConfigureAwait(false);

        async Task RunStepAsync(Step step)
        {
            await places.WaitAsync(others.Token).ConfigureAwait(false);
            try
            {
                others.Token.ThrowIfCancellationRequested();
                begun.Push(step);
                var text = await step.Do(others.Token).ConfigureAwait(false);
                narrator.Say(step.Name, text.Length == 0 ? $"{step.Subject} done" : $"{step.Subject}  {text}");
            }
            catch (Exception e)
            {
                await others.CancelAsync().ConfigureAwait(false);
                throw e is OperationCanceledException && cancellationToken.IsCancellationRequested ? e : new StepFailure(step, e);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task FailAsync(Plan plan, IReadOnlyList<Step> begun, Exception failure, CancellationToken cancellationToken)
    {
        var interrupted = cancellationToken.IsCancellationRequested;
        var first = First(failure);
        narrator.Warn(first?.Step.Name ?? "cancel", first is null ? "interrupted; taking back what was done" : $"{first.Step.Subject} failed: {first.InnerException!.Message}");

        var (undone, left) = (new List<string>(), new List<string>());
        foreach (var step in begun)
        {
            if (step.Undo is null)
            {
                narrator.Say("undo", $"{step}: none: {step.NoUndo}");
                continue;
            }

            try
            {
                await step.Undo(CancellationToken.None).ConfigureAwait(false);
                undone.Add(step.ToString());
                narrator.Say("undo", $"{step}");
            }
            catch (Exception e)
            {
                left.Add($"{step}: {e.Message}");
                narrator.Warn("undo", $"{step} could not be taken back: {e.Message}");
            }
        }

        var why = first?.InnerException as OperationException;
        throw new OperationException(
            interrupted ? $"{plan.Operation} was interrupted" : $"{plan.Operation} failed at {first?.Step}: {first?.InnerException?.Message ?? failure.Message}",
            left.Count > 0 ? ExitCodes.FailedAndNotUndone : interrupted ? ExitCodes.Interrupted : ExitCodes.FailedAndUndone, failure)
        {
            Where = why?.Where ?? first?.Step.Subject,
            Seen = why?.Seen,
            Undone = left.Count > 0
                ? "NOT everything. Left:\n" + string.Join('\n', left)
                : undone.Count > 0 ? "everything: " + string.Join(", ", undone) : "nothing had been changed",
            Next = why?.Next ?? $"./build.sh Health --environment {plan.Environment}",
        };
    }

    private static StepFailure? First(Exception failure) => failure switch
    {
        StepFailure { InnerException: not OperationCanceledException } step => step,
        AggregateException many => many.InnerExceptions.Select(First).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private sealed class StepFailure(Step step, Exception cause) : Exception(cause.Message, cause)
    {
        public Step Step { get; } = step;
    }
}
