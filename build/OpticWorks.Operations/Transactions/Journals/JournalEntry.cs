namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>What a line of a journal says.</summary>
public enum JournalEvent
{
    /// <summary>The header: the first line, once.</summary>
    Begun,

    /// <summary>A step is about to act.</summary>
    Intent,

    /// <summary>The step has acted.</summary>
    Done,

    /// <summary>What it did was looked at and is right.</summary>
    Verified,

    /// <summary>The step failed; it may have acted in part.</summary>
    Failed,

    /// <summary>From here on everything is taken back.</summary>
    Undo,

    /// <summary>A step is about to be taken back.</summary>
    Undoing,

    /// <summary>The step is taken back, and verified if it can be.</summary>
    Undone,

    /// <summary>The step has no undo; why stands in the text.</summary>
    Kept,

    /// <summary>The step could not be taken back.</summary>
    Left,

    /// <summary>Another process goes on from here.</summary>
    Resumed,

    /// <summary>Nothing more will be done: <see cref="JournalResult"/>.</summary>
    Finished,
}

/// <summary>How an operation ended.</summary>
public enum JournalResult
{
    /// <summary>Every step is done.</summary>
    Done,

    /// <summary>Every step that had begun is taken back.</summary>
    Undone,

    /// <summary>Something could not be taken back; a person is needed.</summary>
    Left,
}

/// <summary>Something that is about to happen or has happened, to be written down.</summary>
public sealed record JournalEntry(JournalEvent Event)
{
    /// <summary>The step's id (<see cref="Step.Id"/>); null: it concerns the operation.</summary>
    public string? Step { get; init; }

    /// <summary>What the step said, why it failed, why everything is taken back.</summary>
    public string? Text { get; init; }

    /// <summary>With <see cref="JournalEvent.Finished"/>.</summary>
    public JournalResult? Result { get; init; }

    /// <summary>With <see cref="JournalEvent.Begun"/>.</summary>
    public JournalHeader? Header { get; init; }

    /// <summary>With <see cref="JournalEvent.Resumed"/>: who, for example "mara@laptop".</summary>
    public string? By { get; init; }
}

/// <summary>What an operation is, and what another machine needs to rebuild its plan.</summary>
/// <param name="Operation">Its id.</param>
/// <param name="Kind">For example "DeployBackend".</param>
/// <param name="Release">The release's id; empty: none.</param>
/// <param name="Parameters">Everything the plan was made of and cannot be read from the fleet any more. Never a secret.</param>
public sealed record JournalHeader(
    string Operation, string Kind, string Environment, string Owner, string Machine, string Release, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Whether this user began it on this machine.</summary>
    public bool IsOf(string owner, string machine) => Owner == owner && Machine == machine;
}

/// <summary>A line that stands in a journal.</summary>
/// <param name="Sequence">1 for the header.</param>
/// <param name="At">The control host's clock.</param>
/// <param name="Token">The fencing token of the process that wrote it.</param>
public sealed record JournalLine(long Sequence, DateTimeOffset At, long Token, JournalEntry Entry);
