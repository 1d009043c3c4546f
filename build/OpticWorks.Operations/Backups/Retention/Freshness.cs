namespace OpticWorks.Operations.Backups.Retention;

/// <summary>Whether the newest verified backup of a database is new enough. What is absent is not fresh.</summary>
/// <param name="Newest">The newest verified backup; null: there is none.</param>
/// <param name="Age">Its age; null: there is none.</param>
public sealed record Freshness(string Database, BackupEntry? Newest, TimeSpan? Age, TimeSpan Within)
{
    /// <summary>One sentence without its end.</summary>
    public string Text => Age is { } age
        ? $"The newest verified backup of {Database} is {age.TotalHours:0.#} h old{(IsFresh ? "" : $", more than {Within.TotalHours:0.#} h")}"
        : $"There is no verified backup of {Database}";

    public bool IsFresh => Age is { } age && age <= Within;

    public static Freshness Of(IEnumerable<BackupEntry> entries, string database, TimeSpan within, DateTimeOffset now)
    {
        var newest = entries.Where(entry => entry.Id.Database == database && entry.Verified is not null && entry.Id.At <= now + TimeSpan.FromMinutes(10))
            .MaxBy(entry => entry.Id.Text, StringComparer.Ordinal);
        return new Freshness(database, newest, newest is null ? null : now - newest.Id.At, within);
    }

    /// <exception cref="OperationException">There is none that is fresh (exit 9).</exception>
    public void OrFail(string environment)
    {
        if (IsFresh)
            return;
        throw new OperationException(Text, ExitCodes.NoFreshBackup)
        {
            Seen = Newest?.Id.Text,
            Next = $"./build.sh Backup RestoreDrill --environment {environment}",
        };
    }
}
