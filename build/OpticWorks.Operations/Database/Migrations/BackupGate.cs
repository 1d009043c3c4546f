namespace OpticWorks.Operations.Database.Migrations;

/// <summary>A backup that was restored and found equal to its source.</summary>
/// <param name="TakenAt">The moment whose data it holds.</param>
public sealed record VerifiedBackup(string Id, DateTimeOffset TakenAt);

/// <summary>How migrations ask for backups, without knowing how backups are made.</summary>
/// <param name="FreshWithin">The greatest age of the backup that a destructive migration needs.</param>
/// <param name="Newest">The newest verified backup that holds data of before the given moment; null: there is none.</param>
/// <param name="Take">Takes one, and proves it by a restore; null: this program cannot.</param>
public sealed record BackupGate(
    TimeSpan FreshWithin,
    Func<DateTimeOffset, CancellationToken, Task<VerifiedBackup?>> Newest,
    Func<CancellationToken, Task<VerifiedBackup>>? Take)
{
    /// <summary>A backup that a destructive migration may rely on, taken now when there is no fresh one.</summary>
    /// <exception cref="OperationException">There is none, and none can be taken (exit 9).</exception>
    public async Task<VerifiedBackup> EnsureAsync(INarrator narrator, CancellationToken cancellationToken)
    {
        var newest = await Newest(DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false);
        if (newest is not null && DateTimeOffset.UtcNow - newest.TakenAt <= FreshWithin)
            return newest;
        if (Take is null)
        {
            throw new OperationException("Data would be destroyed, and there is no fresh backup that was verified", ExitCodes.NoFreshBackup)
            {
                Seen = newest is null ? "no verified backup at all" : $"the newest, {newest.Id}, is of {newest.TakenAt.ToLocalTime():ddd dd MMM HH:mm}; the policy says {FreshWithin.TotalHours:0.#} h",
                Next = "./build.sh Backup RestoreDrill, then the same command again",
            };
        }

        narrator.Say("backup", newest is null ? "no verified backup; taking one now" : $"the newest verified one is of {newest.TakenAt.ToLocalTime():ddd dd MMM HH:mm}; taking one now");
        return await Take(cancellationToken).ConfigureAwait(false);
    }
}
