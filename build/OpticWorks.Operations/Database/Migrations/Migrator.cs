using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>Looks at, and runs, the migrations of releases on one database.</summary>
/// <param name="owner">Who acts, for example "mara@laptop".</param>
internal sealed class Migrator(NpgsqlDataSource source, SqlParser parser, MigrationPolicy policy, BackupGate backups, string owner, INarrator narrator)
{
    /// <summary>Scripts are the store's own code and may wait for a row like any other request.</summary>
    private static readonly TimeSpan ScriptLock = TimeSpan.FromSeconds(10);

    /// <summary>How often links whose tables Medusa failed to make, without a word, are tried again.</summary>
    private const int LinkAttempts = 3;

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
        var last = (await _ledger.RunsAsync(cancellationToken).ConfigureAwait(false)).LastOrDefault(run => run.FingerprintAfter is not null);
        if (last is not null && last.FingerprintAfter != fingerprint)
            narrator.Warn("migrate", $"the schema is not as {(last.Reverts ? "RevertMigrations" : "Migrate")} for {last.Release} left it ({last.FingerprintAfter![..12]}, now {fingerprint[..12]}): somebody else changed it");
        if (!state.IsPending && last is { Result: LedgerRun.Proved, Reverts: false } && last.Code == state.Inventory.Code)
            return $"nothing is pending, and nothing has changed since {last.Release} (schema {fingerprint[..12]})";

        var run = new LedgerRun(Guid.NewGuid().ToString("N")[..12], release.Release.Text, owner, false, DateTimeOffset.UtcNow, Expected(review), state.Inventory.Code, null, null);
        await _ledger.BeginAsync(run, fingerprint, cancellationToken).ConfigureAwait(false);
        return await RunAsync(release, run, held, state, applied, clock, cancellationToken).ConfigureAwait(false);
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

    private async Task<(MigrationState State, AppliedMigrations Applied)> LookAsync(ReleaseInventory inventory, CancellationToken cancellationToken)
    {
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var releases = (await _ledger.ReadAsync(cancellationToken).ConfigureAwait(false)).ToLookup(entry => entry.Migration.Name).ToDictionary(same => same.Key, same => same.Last().Release);
        return (MigrationState.Of(inventory, applied, releases), applied);
    }

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

    private static IReadOnlyList<LedgerMigration> Expected(MigrationReview review) =>
    [
        .. review.Pending.Select(one => new LedgerMigration(MigrationKind.Module, one.Module, one.Migration.Name, one.Migration.Sha256, one.Class.FitsOldRelease, one.Class.LosesData)),
        .. review.State.Lines.Where(line => line.Kind != MigrationKind.Module && line.Standing is Standing.Pending or Standing.Unfinished)
            .Select(line => new LedgerMigration(line.Kind, line.Module, line.Name, "", true, false)),
    ];

    private async Task<string> RunAsync(
        ReleaseOnHost release, LedgerRun run, DatabaseLock held, MigrationState before, AppliedMigrations invalid, Stopwatch clock, CancellationToken cancellationToken)
    {
        var medusa = new MedusaRun(release, source, held, policy, narrator);
        var (result, attempts) = await AttemptAsync(medusa, run, before.Inventory, cancellationToken).ConfigureAwait(false);
        var (after, applied) = await LookAsync(before.Inventory, cancellationToken).ConfigureAwait(false);
        var modulesAndLinksAreDone = result is { ExitCode: 0, Ended: null } && !after.Of(Standing.Pending).Any(line => line.Kind != MigrationKind.Script);
        if (modulesAndLinksAreDone && after.Lines.Any(line => line.Kind == MigrationKind.Script && line.Standing is Standing.Pending or Standing.Unfinished))
        {
            var scripts = await medusa.RunAsync(Limits(run, ScriptLock), ["db:migrate:scripts"], cancellationToken).ConfigureAwait(false);
            result = scripts;
            (after, applied) = await LookAsync(before.Inventory, cancellationToken).ConfigureAwait(false);
        }

        var problems = MigrationProof.Problems(before, after, applied, invalid.InvalidIndexes, result.Output, result.Ended is null ? result.ExitCode : 0).ToList();
        if (result.Ended is { } ended)
            problems.Insert(0, $"Medusa was ended{(result.Output.Current is { } current ? $" at {current}" : "")}: {ended}");
        await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        var done = run.Expected.Where(one => after.Lines.Any(line => line.Kind == one.Kind && line.Name == one.Name && line.Standing is Standing.Applied or Standing.Colliding)).ToList();
        var fingerprint = await SchemaFingerprint.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        await _ledger.EndAsync(run, problems.Count == 0 ? LedgerRun.Proved : string.Join("; ", problems), done, [], problems.Count == 0 ? fingerprint : null, CancellationToken.None).ConfigureAwait(false);
        if (problems.Count > 0)
            throw Failure(release, run, done, problems, result);
        return $"{Count(run.Expected)} applied and proved, {clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"
            + $"{(attempts > 1 ? $", {attempts} attempts for a lock" : "")} (schema {fingerprint[..12]})";
    }

    /// <summary>Runs db:migrate, and again when a lock could not be had: each module is one transaction, so nothing is half-done.</summary>
    private async Task<(MedusaResult Result, int Attempts)> AttemptAsync(MedusaRun medusa, LedgerRun run, ReleaseInventory inventory, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "db:migrate", "--execute-safe-links",
            .. inventory.IsAtLeast(2, 3) ? new[] { "--skip-scripts" } : [],
            .. inventory.IsAtLeast(2, 19) ? new[] { "--execute-safe-search" } : [],
        ];
        var clock = Stopwatch.StartNew();
        for (var attempt = 1; ; attempt++)
        {
            var result = await medusa.RunAsync(Limits(run, policy.TableLock), arguments, cancellationToken).ConfigureAwait(false);
            var (after, _) = await LookAsync(inventory, cancellationToken).ConfigureAwait(false);
            var linksOnly = attempt < LinkAttempts && MigrationProof.OnlyLinksAreMissing(after, result.ExitCode, result.Output);
            if (result.Ended is not null || !(result.Output.LockTimedOut || linksOnly) || clock.Elapsed > policy.Attempts)
                return (result, attempt);
            var pause = policy.Pause(attempt, Random.Shared.NextDouble());
            narrator.Say("migrate", (linksOnly
                    ? $"tables of links are missing although Medusa said nothing: {string.Join(", ", after.Of(Standing.Pending).Where(line => line.Kind == MigrationKind.Link).Select(line => line.Name))}"
                    : $"a lock could not be had within {policy.TableLock.TotalMilliseconds:0} ms{(result.Blockers.Count > 0 ? $", because of {string.Join(" and ", result.Blockers)}" : "")}")
                + $"; attempt {attempt + 1} in {pause.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private MedusaLimits Limits(LedgerRun run, TimeSpan tableLock) => new(tableLock, policy.Statement, $"{MedusaLimits.ApplicationPrefix}{run.Id}");

    private OperationException Failure(ReleaseOnHost release, LedgerRun run, IReadOnlyList<LedgerMigration> done, IReadOnlyList<string> problems, MedusaResult result)
    {
        var named = run.Expected.Except(done).FirstOrDefault();
        return new OperationException($"Migrating for {release.Release} failed{(named is null ? "" : $" at {named.Module} {named.Name}".Replace("  ", " "))}", ExitCodes.Engine)
        {
            Where = release.Host,
            Seen = string.Join('\n', problems) + (result.Output.Tail.Length > 0 ? "\nMedusa's last lines:\n" + string.Join('\n', result.Output.Tail.Split('\n').TakeLast(6)) : ""),
            Undone = done.Count == 0
                ? "nothing was applied"
                : $"{Count(done)} stay applied, each module's all or none: {string.Join(", ", done.Where(one => one.Kind == MigrationKind.Module).Select(one => $"{one.Module} {one.Name}"))}",
            Next = $"mend it, then {Again}",
        };
    }

    private static string Count(IReadOnlyList<LedgerMigration> migrations)
    {
        string[] parts =
        [
            .. Part(MigrationKind.Module, "migration"), .. Part(MigrationKind.Link, "link table"), .. Part(MigrationKind.Script, "script"),
        ];
        return parts.Length == 0 ? "nothing new" : string.Join(", ", parts);

        IEnumerable<string> Part(MigrationKind kind, string name)
        {
            var count = migrations.Count(one => one.Kind == kind);
            if (count > 0)
                yield return $"{count} {name}{(count == 1 ? "" : "s")}";
        }
    }
}
