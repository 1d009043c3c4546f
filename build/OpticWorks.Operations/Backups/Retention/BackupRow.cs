using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>A backup as a list shows it.</summary>
/// <param name="AgeSeconds">Of its snapshot.</param>
/// <param name="Length">Bytes; null: its manifest cannot be read.</param>
/// <param name="Verified">When a restore last verified it; null: never, or it was found damaged since.</param>
/// <param name="Problem">Why it cannot be used, or what the newest check found; null: nothing.</param>
/// <param name="Kept">Whether the next PruneBackups keeps it.</param>
public sealed record BackupRow(
    string Id, string Database, string? Release, double AgeSeconds, long? Length, bool Encrypted, DateTimeOffset? Verified, string? Problem, bool Kept, string Why)
{
    /// <summary>All of them, the newest first.</summary>
    public static IReadOnlyList<BackupRow> Of(IReadOnlyList<BackupEntry> entries, RetentionSettings policy, DateTimeOffset now)
    {
        var verdicts = Pruning.Decide(entries, policy, now).ToDictionary(verdict => verdict.Id);
        return
        [
            .. entries.Select(entry => new BackupRow(entry.Id.Text, entry.Id.Database, entry.Manifest?.Release, (now - entry.Id.At).TotalSeconds,
                entry.Manifest?.Length, entry.Manifest?.Encryption is not null, entry.Verified, entry.Problem ?? entry.Verdict?.Problems.FirstOrDefault(),
                verdicts[entry.Id].Keep, verdicts[entry.Id].Reason)),
        ];
    }
}
