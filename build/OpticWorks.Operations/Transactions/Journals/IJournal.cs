namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>Where a run writes down what it is about to do. The seam between the runner and the control host.</summary>
public interface IJournal
{
    /// <summary>Writes one entry. It is safe (on the disk of the control host) when this returns.</summary>
    /// <exception cref="OperationException">It is not known to be safe: whoever acts has to stop.</exception>
    Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken);
}

/// <summary>Keeps the journal in this process only: for plans that nothing has to survive, and for tests.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly List<JournalLine> _lines = [];

    public IReadOnlyList<JournalLine> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        lock (_lines)
            _lines.Add(new JournalLine(_lines.Count + 1, DateTimeOffset.UtcNow, 0, entry));
        return Task.CompletedTask;
    }
}
