using System.Diagnostics;
using Npgsql;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>Looks at, and runs, the migrations of releases on one database.</summary>
/// <param name="owner">Who acts, for example "mara@laptop".</param>
internal sealed class Migrator(NpgsqlDataSource source, SqlParser parser, MigrationPolicy policy, BackupGate backups, string owner, INarrator narrator)
{
    private readonly MigrationLedger _ledger = new(source);

    /// <summary>The command that runs it again, for "next".</summary>
    public string Again { get; init; } = "./build.sh Migrate";

    /// <summary>Where each migration of a release stands. Changes nothing.</summary>
    public async Task<MigrationState> StateAsync(Func<InventoryWish, CancellationToken, Task<ReleaseInventory>> read, CancellationToken cancellationToken)
    {
        var inventory = await read(InventoryWish.NamesOnly, cancellationToken).ConfigureAwait(false);
        return (await LookAsync(inventory, cancellationToken).ConfigureAwait(false)).State;
    }

    /// <summary>The same, and what the pending ones do and may harm. Changes nothing.</summary>
    public async Task<MigrationReview> ReviewAsync(Func<InventoryWish, CancellationToken, Task<ReleaseInventory>> read, CancellationToken cancellationToken)
    {
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var inventory = await read(InventoryWish.Except(applied.Migrations.Select(migration => migration.Name)), cancellationToken).ConfigureAwait(false);
        return await ReviewAsync(inventory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Migrates, and proves it. Whatever state a predecessor that was killed has left, it is seen, told and finished.</summary>
    /// <param name="otherRelease">Instances run another release meanwhile.</param>
    /// <returns>What happened, for people.</returns>
    /// <exception cref="OperationException">Refused (4), locked (3), no backup (9), or failed or not proved.</exception>
    public async Task<string> MigrateAsync(ReleaseOnHost release, bool otherRelease, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        (await release.ReachAsync(cancellationToken).ConfigureAwait(false)).MustBe(await ReachedDatabase.OfAsync(source, cancellationToken).ConfigureAwait(false), $"{release.Release} on {release.Host}");
        var review = await ReviewAsync(release.InventoryAsync, cancellationToken).ConfigureAwait(false);
        foreach (var finding in review.Findings)
            narrator.Warn("lint", finding.ToString());
        Check(review, otherRelease);
        if (review.LosesData)
        {
            var backup = await backups.EnsureAsync(narrator, cancellationToken).ConfigureAwait(false);
            narrator.Say("backup", $"{backup.Id} of {backup.TakenAt.ToLocalTime():ddd dd MMM HH:mm:ss} is verified; data is destroyed after it");
        }

        await using var held = await TakeLockAsync(cancellationToken).ConfigureAwait(false);
        // What was looked at without the lock may have changed until it was taken.
        var (state, applied) = await LookAsync(review.State.Inventory, cancellationToken).ConfigureAwait(false);
        if (state.PendingMigrations.Any(one => one.Migration.Up is null))
            throw OperationException.Preflight("Migrations were taken back while this one waited for the lock", Again);
        review = await ReviewAsync(review.State.Inventory, cancellationToken).ConfigureAwait(false);
        Check(review, otherRelease);
        var fingerprint = await SchemaFingerprint.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var runs = await _ledger.RunsAsync(cancellationToken).ConfigureAwait(false);
        var last = runs.LastOrDefault(run => run.FingerprintAfter is not null);
        if (last is not null && last.FingerprintAfter != fingerprint)
            narrator.Warn("migrate", $"the schema is not as {(last.Reverts ? "RevertMigrations" : "Migrate")} for {last.Release} left it ({last.FingerprintAfter![..12]}, now {fingerprint[..12]}): somebody else changed it");
        if (!state.IsPending && Same(runs, state.Inventory.Code, fingerprint) is { } same)
            return $"nothing is pending, and nothing to migrate has changed since {same.Release} (schema {fingerprint[..12]})";

        var run = new LedgerRun(Guid.NewGuid().ToString("N")[..12], release.Release.Text, owner, false, DateTimeOffset.UtcNow, Expected(review), state.Inventory.Code, null, null);
        await _ledger.BeginAsync(run, fingerprint, cancellationToken).ConfigureAwait(false);
        return await new MigrationRun(release, run, source, held, policy, narrator) { Again = Again }.RunAsync(state, applied, clock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the database's lock, and makes the ledger of a predecessor that was killed agree with the database.</summary>
    public async Task<DatabaseLock> TakeLockAsync(CancellationToken cancellationToken)
    {
        var held = await DatabaseLock.TakeAsync(source, "Migrate", owner, policy.Lock, narrator, cancellationToken).ConfigureAwait(false);
        try
        {
            await _ledger.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await ReconcileAsync(cancellationToken).ConfigureAwait(false);
            return held;
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<MigrationReview> ReviewAsync(ReleaseInventory inventory, CancellationToken cancellationToken)
    {
        var (state, _) = await LookAsync(inventory, cancellationToken).ConfigureAwait(false);
        var statistics = state.PendingMigrations.Count == 0 ? TableStatistics.Empty : await DatabaseStatistics.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        return new MigrationReview(state, await MigrationLint.ReadAsync(state.PendingMigrations, statistics, parser, cancellationToken).ConfigureAwait(false));
    }

    private Task<(MigrationState State, AppliedMigrations Applied)> LookAsync(ReleaseInventory inventory, CancellationToken cancellationToken) =>
        MigrationRun.LookAsync(source, _ledger, inventory, cancellationToken);

    private void Check(MigrationReview review, bool otherRelease)
    {
        if (review.State.Inventory.IsVersion1)
            throw OperationException.Preflight($"This is a store of Medusa {review.State.Inventory.Medusa}; only Medusa 2 can be migrated", "medusa migrations run, in the store's folder");
        if (review.State.Inventory.SwallowsFailures)
            narrator.Warn("migrate", $"Medusa {review.State.Inventory.Medusa} ends with 0 when a migration failed; what counts is what the database shows");
        review.Require(policy, otherRelease, Again);
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        foreach (var found in Reconciliation.Of(await _ledger.RunsAsync(cancellationToken).ConfigureAwait(false), await _ledger.ReadAsync(cancellationToken).ConfigureAwait(false), applied))
        {
            narrator.Warn("migrate", found.Text);
            await _ledger.EndAsync(found.Run, $"ended without a word; {found.Text}", found.Applied, found.Reverted, null, cancellationToken).ConfigureAwait(false);
        }

        foreach (var gone in Reconciliation.Vanished(await _ledger.ReadAsync(cancellationToken).ConfigureAwait(false), applied).GroupBy(entry => entry.Run))
        {
            narrator.Warn("migrate", $"no longer applied, and not by this program: {string.Join(", ", gone.Select(entry => entry.Migration.Name))}");
            var run = (await _ledger.RunsAsync(cancellationToken).ConfigureAwait(false)).First(one => one.Id == gone.Key);
            await _ledger.EndAsync(run, $"{run.Result}; taken back by somebody else", [], [.. gone.Select(entry => entry.Migration)], run.FingerprintAfter, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The run that proved the same migrations, links and scripts on the schema as it is; null: there is none, or something was taken back or failed since.</summary>
    internal static LedgerRun? Same(IReadOnlyList<LedgerRun> runs, string code, string fingerprint) => runs
        .Reverse().TakeWhile(run => run is { Result: LedgerRun.Proved, Reverts: false } && run.FingerprintAfter == fingerprint)
        .FirstOrDefault(run => run.Code == code);

    private static IReadOnlyList<LedgerMigration> Expected(MigrationReview review) =>
    [
        .. review.Pending.Select(one => new LedgerMigration(MigrationKind.Module, one.Module, one.Migration.Name, one.Migration.Sha256, one.Class.FitsOldRelease, one.Class.LosesData)),
        .. review.State.Lines.Where(line => line.Kind != MigrationKind.Module && line.Standing is Standing.Pending or Standing.Unfinished)
            .Select(line => new LedgerMigration(line.Kind, line.Module, line.Name, "", true, false)),
    ];
}
