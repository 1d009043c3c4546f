namespace OpticWorks.Operations.Transactions;

/// <summary>One step of a plan: what it does, how that is verified and how it is taken back.</summary>
/// <param name="Name">The verb that people see, for example "switch".</param>
/// <param name="Subject">What it acts on, for example "api-1:9001".</param>
public sealed record Step(string Name, string Subject)
{
    /// <summary>Acts. Returns what to tell people, or an empty text.</summary>
    public required Func<CancellationToken, Task<string>> Do { get; init; }

    /// <summary>Takes back what <see cref="Do"/> did or half did; succeeds when there is nothing to take back, and fails when it cannot
    /// see that all is as before.</summary>
    public Func<CancellationToken, Task>? Undo { get; init; }

    /// <summary>Why there is no undo; a step has the one or the other.</summary>
    public string? NoUndo { get; init; }

    /// <summary>How the undo reads in a plan.</summary>
    public string UndoText { get; init; } = "";

    public override string ToString() => $"{Name} {Subject}";
}
