using System.Diagnostics;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Transactions.Observation;

/// <summary>Tells an observer of one operation. The verdict is what its journal says: it is told once that is safe.</summary>
internal sealed class ObservedOperation(IOperationObserver observer, JournalHeader header, string reason, ResumeWay? resumed, Func<string, string> scrub)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The journal, listened to.</summary>
    public IJournal Listen(IJournal journal) => new Journal(journal, this);

    public void Started() => Tell(OperationStage.Started, "", 0);

    public void Done() => Tell(OperationStage.Done, "", 0);

    public void Failed(OperationException failure) => Tell(OperationStage.Failed, failure.Message, failure.ExitCode);

    public void Left(DetachedException failure) => Tell(OperationStage.LeftUnfinished, failure.Message, failure.ExitCode);

    private void Tell(OperationStage stage, string why, int exitCode) => observer.Saw(
        new OperationMoment(stage, header, scrub(reason)) { Resumed = resumed, Why = scrub(why), ExitCode = exitCode, Duration = _clock.Elapsed });

    private sealed class Journal(IJournal inner, ObservedOperation operation) : IJournal
    {
        public async Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
        {
            await inner.AppendAsync(entry, cancellationToken).ConfigureAwait(false);
            if (entry.Event == JournalEvent.Undo)
                operation.Tell(OperationStage.TakingBack, entry.Text ?? "", 0);
        }
    }
}
