using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Transactions.Observation;

/// <summary>Where an operation is.</summary>
public enum OperationStage
{
    /// <summary>It begins, or is resumed.</summary>
    Started,

    /// <summary>The verdict is against it: from here on everything is taken back.</summary>
    TakingBack,

    /// <summary>It is done; or, when it was resumed to be taken back, that is done.</summary>
    Done,

    /// <summary>It failed or was interrupted; the exit code says whether everything is undone.</summary>
    Failed,

    /// <summary>It was left half-done for Resume.</summary>
    LeftUnfinished,
}

/// <summary>Something of an operation that people elsewhere want to hear of.</summary>
/// <param name="Operation">As it stands in the journal.</param>
/// <param name="Reason">Why it was begun or resumed.</param>
public sealed record OperationMoment(OperationStage Stage, JournalHeader Operation, string Reason)
{
    /// <summary>How it was resumed; null: it began here.</summary>
    public ResumeWay? Resumed { get; init; }

    /// <summary>Why it is taken back, failed or was left; empty otherwise.</summary>
    public string Why { get; init; } = "";

    /// <summary>One of <see cref="ExitCodes"/>; 0 before the end.</summary>
    public int ExitCode { get; init; }

    /// <summary>Since it began or was resumed here.</summary>
    public TimeSpan Duration { get; init; }

    public bool IsEnd => Stage is OperationStage.Done or OperationStage.Failed or OperationStage.LeftUnfinished;

    /// <summary>It ends with what was there before.</summary>
    public bool IsTakenBack => Stage == OperationStage.Done && Resumed == ResumeWay.Undo
        || Stage == OperationStage.Failed && ExitCode is ExitCodes.FailedAndUndone or ExitCodes.Inconclusive or ExitCodes.Interrupted;
}
