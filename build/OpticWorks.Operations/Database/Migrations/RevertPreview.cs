using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>What taking back a release's migrations would do, the latest first.</summary>
/// <param name="Migrations">The ones to take back.</param>
/// <param name="Kept">Link tables and scripts, which nothing takes back.</param>
/// <param name="Refusals">Why it may not be done; empty: it may.</param>
public sealed record RevertPreview(IReadOnlyList<RevertStep> Migrations, IReadOnlyList<string> Kept, IReadOnlyList<string> Refusals)
{
    /// <summary>The earliest moment that was changed; a restore point lies before it.</summary>
    public DateTimeOffset? Since => Migrations.Count == 0 ? null : Migrations.Min(step => step.AppliedAt);

    /// <param name="inventory">Of the release whose Medusa would do it, with the SQL of these migrations.</param>
    /// <param name="down">Each migration of the ledger, with what its "down" does to the database as it is now.</param>
    internal static RevertPreview Of(
        string release, IReadOnlyList<LedgerEntry> entries, AppliedMigrations applied, ReleaseInventory inventory, Func<MigrationInventory, IReadOnlyList<Finding>> down, IReadOnlyCollection<string> running)
    {
        var order = applied.Migrations.Select((migration, i) => (migration.Name, i)).ToLookup(pair => pair.Name, pair => pair.i);
        var mine = entries.Where(entry => entry.Release == release && entry.Migration.Kind == MigrationKind.Module)
            .OrderByDescending(entry => order[entry.Migration.Name].LastOrDefault(-1)).ToList();
        var files = inventory.Migrations.ToLookup(one => (one.Module, one.Migration.Name), one => one.Migration);
        var refusals = new List<string>();
        if (running.Contains(release))
            refusals.Add($"{release} still runs, and would fail without them: ./build.sh Rollback first");
        var steps = new List<RevertStep>();
        var names = mine.Select(entry => entry.Migration.Name).ToHashSet();
        foreach (var entry in mine)
        {
            var migration = entry.Migration;
            if (files[(migration.Module, migration.Name)].FirstOrDefault() is not { } file)
                refusals.Add($"{migration.Module} {migration.Name}: its file is not in the release whose Medusa would take it back");
            else if (file.Down is not { } sql)
                refusals.Add($"{migration.Module} {migration.Name} has no down");
            else
                steps.Add(new RevertStep(new MigrationName(migration.Module, migration.Name), entry.AppliedAt, sql, down(file), migration.LosesData));
            var module = inventory.Modules.FirstOrDefault(one => one.Name == migration.Module)?.Migrations.Select(one => one.Name).ToHashSet() ?? [];
            var place = order[migration.Name].LastOrDefault(-1);
            refusals.AddRange(applied.Migrations.Skip(place + 1).Where(later => module.Contains(later.Name) && !names.Contains(later.Name))
                .Select(later => $"{migration.Module} {migration.Name}: {later.Name} of the same module was applied after it, {Release(entries, later.Name)}; take that back first"));
        }

        if (mine.Count == 0)
            refusals.Add($"the ledger knows no migration that was applied for {release}");
        string[] kept = [.. entries.Where(entry => entry.Release == release && entry.Migration.Kind != MigrationKind.Module).Select(entry => $"{entry.Migration.Kind.ToString().ToLowerInvariant()} {entry.Migration.Name}")];
        return new RevertPreview(steps, kept, [.. refusals.Distinct()]);
    }

    private static string Release(IReadOnlyList<LedgerEntry> entries, string name) =>
        entries.FirstOrDefault(entry => entry.Migration.Name == name) is { } entry ? $"for {entry.Release}" : "by somebody else";

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines(VerifiedBackup? restorePoint)
    {
        foreach (var step in Migrations)
        {
            yield return $"{step.Migration}   applied {step.AppliedAt.ToLocalTime():ddd dd MMM HH:mm:ss}";
            foreach (var sql in step.Down.Sql)
                yield return $"    {string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
            foreach (var loss in step.Findings.Where(finding => finding.Concern == Concern.DataLoss))
                yield return $"  cannot come back: {loss.Table}: {loss.Why}";
            if (step.LostData)
                yield return "  cannot come back: what it destroyed when it was applied; \"down\" brings back the shape, not the data";
            if (step.Down.DataDependent)
                yield return "  it asks the database first: these statements may not be all";
        }

        if (Kept.Count > 0)
            yield return $"stays: {string.Join(", ", Kept)}";
        if (Since is { } since)
        {
            yield return restorePoint is null
                ? $"restore point: none; no verified backup is older than {since.ToLocalTime():ddd dd MMM HH:mm:ss}"
                : $"restore point: {restorePoint.Id} of {restorePoint.TakenAt.ToLocalTime():ddd dd MMM HH:mm:ss}, {(since - restorePoint.TakenAt).TotalMinutes:0} min before them: ./build.sh RestoreBackup --id {restorePoint.Id}";
        }
    }
}

/// <summary>One migration that is to be taken back.</summary>
/// <param name="Findings">What its "down" does to the database as it is now.</param>
/// <param name="LostData">It destroyed data when it was applied.</param>
public sealed record RevertStep(MigrationName Migration, DateTimeOffset AppliedAt, MigrationSql Down, IReadOnlyList<Finding> Findings, bool LostData);
