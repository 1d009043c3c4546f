using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>One migration of a release under the lock, written down before it acts: runs Medusa, proves the result in the database and writes down how it ended.</summary>
internal sealed class MigrationRun(ReleaseOnHost release, LedgerRun run, NpgsqlDataSource source, DatabaseLock held, MigrationPolicy policy, INarrator narrator)
{
    /// <summary>Scripts are the store's own code and may wait for a row like any other request.</summary>
    private static readonly TimeSpan ScriptLock = TimeSpan.FromSeconds(10);

    /// <summary>How often links whose tables Medusa failed to make, without a word, are tried again.</summary>
    private const int LinkAttempts = 3;

    private readonly MigrationLedger _ledger = new(source);

    /// <summary>The command that runs it again, for "next".</summary>
    public required string Again { get; init; }

    /// <summary>Where each migration of a release stands, and what the database has.</summary>
    public static async Task<(MigrationState State, AppliedMigrations Applied)> LookAsync(
        NpgsqlDataSource source, MigrationLedger ledger, ReleaseInventory inventory, CancellationToken cancellationToken)
    {
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var releases = (await ledger.ReadAsync(cancellationToken).ConfigureAwait(false)).ToLookup(entry => entry.Migration.Name).ToDictionary(same => same.Key, same => same.Last().Release);
        return (MigrationState.Of(inventory, applied, releases), applied);
    }

    /// <param name="before">Where the migrations stand, seen under the lock.</param>
    /// <param name="there">What the database had then.</param>
    /// <param name="clock">Runs since the migration began.</param>
    /// <returns>What happened, for people.</returns>
    /// <exception cref="OperationException">It failed, or is not proved.</exception>
    public async Task<string> RunAsync(MigrationState before, AppliedMigrations there, Stopwatch clock, CancellationToken cancellationToken)
    {
        var medusa = new MedusaRun(release, source, held, policy, narrator);
        var (result, attempts) = await AttemptAsync(medusa, before.Inventory, cancellationToken).ConfigureAwait(false);
        var (after, applied) = await LookAsync(source, _ledger, before.Inventory, cancellationToken).ConfigureAwait(false);
        var modulesAndLinksAreDone = result is { ExitCode: 0, Ended: null } && !after.Due.Any(line => line.Kind != MigrationKind.Script);
        if (modulesAndLinksAreDone && after.Lines.Any(line => line.Kind == MigrationKind.Script && line.Standing is Standing.Pending or Standing.Unfinished))
        {
            var scripts = await medusa.RunAsync(Limits(ScriptLock), ["db:migrate:scripts"], cancellationToken).ConfigureAwait(false);
            result = scripts;
            (after, applied) = await LookAsync(source, _ledger, before.Inventory, cancellationToken).ConfigureAwait(false);
        }

        var problems = MigrationProof.Problems(before, after, applied, there.InvalidIndexes, result.Output, result.Ended is null ? result.ExitCode : 0).ToList();
        if (result.Ended is { } ended)
            problems.Insert(0, $"Medusa was ended{(result.Output.Current is { } current ? $" at {current}" : "")}: {ended}");
        await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        var done = run.Expected.Where(one => after.Lines.Any(line => line.Kind == one.Kind && line.Name == one.Name && (line.Standing == Standing.Applied || (line.Standing == Standing.Colliding && line.IsRecorded)))).ToList();
        var fingerprint = await SchemaFingerprint.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        // Without a result the next run reads from the database what this one did in the end.
        if (result.MayBeAtWork)
            problems.Add("Medusa may still be at work; the next Migrate looks again at what it applied");
        else
            await _ledger.EndAsync(run, problems.Count == 0 ? LedgerRun.Proved : string.Join("; ", problems), done, [], problems.Count == 0 ? fingerprint : null, CancellationToken.None).ConfigureAwait(false);
        if (problems.Count > 0)
            throw Failure(done, problems, result);
        return $"{Count(run.Expected)} applied and proved, {clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"
            + $"{(attempts > 1 ? $", {attempts} attempts for a lock" : "")} (schema {fingerprint[..12]})";
    }

    /// <summary>Runs db:migrate, and again when a lock could not be had: each module is one transaction, so nothing is half-done.</summary>
    private async Task<(MedusaResult Result, int Attempts)> AttemptAsync(MedusaRun medusa, ReleaseInventory inventory, CancellationToken cancellationToken)
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
            var result = await medusa.RunAsync(Limits(policy.TableLock), arguments, cancellationToken).ConfigureAwait(false);
            var (after, _) = await LookAsync(source, _ledger, inventory, cancellationToken).ConfigureAwait(false);
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

    private MedusaLimits Limits(TimeSpan tableLock) => new(tableLock, policy.Statement, $"{MedusaLimits.ApplicationPrefix}{run.Id}");

    private OperationException Failure(IReadOnlyList<LedgerMigration> done, IReadOnlyList<string> problems, MedusaResult result)
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
