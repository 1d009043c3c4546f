using Npgsql;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>Takes back migrations one by one with Medusa's db:rollback, which takes back a module's latest only, and says well done when it
/// took back none.</summary>
internal sealed class MigrationRevert(NpgsqlDataSource source, Migrator migrator, MigrationPolicy policy, string owner, INarrator narrator)
{
    private readonly MigrationLedger _ledger = new(source);

    /// <summary>What it would do. Changes nothing.</summary>
    /// <param name="running">The releases that instances run.</param>
    public static async Task<RevertPreview> PreviewAsync(
        NpgsqlDataSource source, SqlParser parser, ReleaseOnHost with, ReleaseId release, IReadOnlyCollection<string> running, CancellationToken cancellationToken)
    {
        var entries = await new MigrationLedger(source).ReadAsync(cancellationToken).ConfigureAwait(false);
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var mine = entries.Where(entry => entry.Release == release.Text && entry.Migration.Kind == MigrationKind.Module).Select(entry => (entry.Migration.Module, entry.Migration.Name)).ToHashSet();
        var inventory = await with.InventoryAsync(InventoryWish.Only([.. mine.Select(one => one.Name)]), cancellationToken).ConfigureAwait(false);
        var statistics = await DatabaseStatistics.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var downs = inventory.Migrations.Where(one => mine.Contains((one.Module, one.Migration.Name)) && one.Migration.Down is not null).Reverse()
            .Select(one => (one.Module, one.Migration with { Up = one.Migration.Down })).ToList();
        var read = await MigrationLint.ReadAsync(downs, statistics, parser, cancellationToken).ConfigureAwait(false);
        return RevertPreview.Of(release.Text, entries, applied, inventory, file => read.FirstOrDefault(one => one.Migration.Name == file.Name)?.Findings ?? [], running);
    }

    /// <summary>Takes one back; it is the latest of its module.</summary>
    /// <exception cref="OperationException">It is not the latest, has no "down", or is still recorded afterwards.</exception>
    public async Task<string> RunAsync(ReleaseOnHost with, ReleaseId release, MigrationName migration, CancellationToken cancellationToken)
    {
        (await with.ReachAsync(cancellationToken).ConfigureAwait(false)).MustBe(await ReachedDatabase.OfAsync(source, cancellationToken).ConfigureAwait(false), $"{with.Release} on {with.Host}");
        var inventory = await with.InventoryAsync(InventoryWish.Only([migration.Name]), cancellationToken).ConfigureAwait(false);
        var file = inventory.Migrations.FirstOrDefault(one => one.Module == migration.Module && one.Migration.Name == migration.Name).Migration;
        if (file?.Down is null)
            throw OperationException.Preflight($"{migration} has no down, or is not in {with.Release}");

        await using var held = await migrator.TakeLockAsync(cancellationToken).ConfigureAwait(false);
        var applied = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        if (!applied.Has(migration.Name))
            return "was taken back before";
        var module = inventory.Modules.Single(one => one.Name == migration.Module).Migrations.Select(one => one.Name).ToHashSet();
        if (applied.Migrations.Last(one => module.Contains(one.Name)).Name is var latest && latest != migration.Name)
            throw OperationException.Preflight($"{migration} is not the latest of its module any more: {latest} is", "./build.sh RevertMigrations again");

        var entry = (await _ledger.ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Migration.Name == migration.Name)?.Migration
            ?? new LedgerMigration(MigrationKind.Module, migration.Module, migration.Name, file.Sha256, true, false);
        var run = new LedgerRun(Guid.NewGuid().ToString("N")[..12], release.Text, owner, true, DateTimeOffset.UtcNow, [entry], inventory.Code, null, null);
        await _ledger.BeginAsync(run, await SchemaFingerprint.ReadAsync(source, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var limits = new MedusaLimits(policy.TableLock, policy.Statement, $"{MedusaLimits.ApplicationPrefix}{run.Id}");
        var medusa = new MedusaRun(with, source, held, policy, narrator);
        var result = await medusa.RunAsync(limits, ["db:rollback", migration.Module], cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; result.Output.LockTimedOut && attempt < 10; attempt++)
        {
            await Task.Delay(policy.Pause(attempt, Random.Shared.NextDouble()), cancellationToken).ConfigureAwait(false);
            result = await medusa.RunAsync(limits, ["db:rollback", migration.Module], cancellationToken).ConfigureAwait(false);
        }

        await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        var after = await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var problems = Problems(migration, applied, after, result).ToList();
        var gone = !after.Has(migration.Name);
        var fingerprint = await SchemaFingerprint.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        // Without a result the next run reads from the database what this one did in the end.
        if (result.MayBeAtWork)
            problems.Add("Medusa may still be at work; the next run looks again at what it took back");
        else
            await _ledger.EndAsync(run, problems.Count == 0 ? LedgerRun.Proved : string.Join("; ", problems), [], gone ? [entry] : [], problems.Count == 0 ? fingerprint : null, CancellationToken.None).ConfigureAwait(false);
        return problems.Count == 0
            ? $"taken back and proved (schema {fingerprint[..12]})"
            : throw new OperationException($"{migration} could not be taken back", ExitCodes.Engine)
            { Where = with.Host, Seen = string.Join('\n', problems) + $"\n{result.Output.Tail}", Undone = gone ? null : "it stays applied" };
    }

    /// <exception cref="OperationException">It is taken back: only Migrate brings it again.</exception>
    public static async Task MustBeAppliedAsync(NpgsqlDataSource source, MigrationName migration, string environment, CancellationToken cancellationToken)
    {
        if (!(await AppliedMigrations.ReadAsync(source, cancellationToken).ConfigureAwait(false)).Has(migration.Name))
            throw new OperationException($"it is taken back; ./build.sh Migrate --environment {environment} applies it again", ExitCodes.FailedAndNotUndone);
    }

    private static IEnumerable<string> Problems(MigrationName migration, AppliedMigrations before, AppliedMigrations after, MedusaResult result)
    {
        if (after.Has(migration.Name))
            yield return $"{migration.Name} is still recorded";
        foreach (var other in before.Migrations.Where(one => one.Name != migration.Name && !after.Has(one.Name)))
            yield return $"{other.Name} was taken back, too";
        if (result.Ended is { } ended)
            yield return $"Medusa was ended: {ended}";
        else if (result.ExitCode != 0)
            yield return $"Medusa ended with exit {result.ExitCode}";
        foreach (var error in result.Output.Errors)
            yield return $"Medusa logged: {error}";
    }
}
