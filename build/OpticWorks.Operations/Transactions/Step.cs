namespace OpticWorks.Operations.Transactions;

/// <summary>
/// One step of a plan: what it does, how that is verified and how it is taken back. Everything may be called again by another process
/// after this one has died in the middle, so <see cref="Do"/> must bring about the same when it has already acted, wholly or in part,
/// and <see cref="Undo"/> when it has already taken back.
/// </summary>
/// <param name="Name">The verb that people see, for example "switch".</param>
/// <param name="Subject">What it acts on, for example "api-1:9001".</param>
public sealed record Step(string Name, string Subject)
{
    /// <summary>Names the step in its plan and in the journal; the same however often the plan is built.</summary>
    public string Id => $"{Name} {Subject}";

    /// <summary>Acts. Returns what to tell people, or an empty text.</summary>
    public required Func<CancellationToken, Task<string>> Do { get; init; }

    /// <summary>Looks whether what <see cref="Do"/> did is right, and fails when it is not. Returns what was seen, or an empty text.</summary>
    public Func<CancellationToken, Task<string>>? Verify { get; init; }

    /// <summary>Takes back what <see cref="Do"/> did or half did; succeeds when there is nothing to take back, and fails when it cannot
    /// see that all is as before.</summary>
    public Func<CancellationToken, Task>? Undo { get; init; }

    /// <summary>Looks whether all is as before, and fails when it is not. Returns what was seen, for example "weight 100".</summary>
    public Func<CancellationToken, Task<string>>? VerifyUndone { get; init; }

    /// <summary>Why there is no undo; a step has the one or the other.</summary>
    public string? NoUndo { get; init; }

    /// <summary>How the undo reads in a plan.</summary>
    public string UndoText { get; init; } = "";

    /// <summary>An interruption usually waits for the step's end, because a finished step is easier to take back. A step that mostly waits
    /// or watches (a canary) says true: its <see cref="Do"/> is cancelled at once.</summary>
    public bool StopsWhenInterrupted { get; init; }

    /// <summary>Once it has begun, nothing of the plan is taken back any more: what came before would not work beside what it does (an old release, after a
    /// contract). The operation then only goes on, here or by Resume. Stands alone in the last stage; may fail only by leaving its work for another time.</summary>
    public bool PointOfNoReturn { get; init; }

    public override string ToString() => Id;
}
