using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Operations.Database.Ledger;

/// <summary>What makes a run that ended without a word agree with the database again.</summary>
/// <param name="Applied">It applied these, and could not write them down.</param>
/// <param name="Reverted">These are no longer recorded by Medusa: it took them back, and could not write that down.</param>
/// <param name="Text">What happened, for people and for the ledger.</param>
public sealed record Reconciliation(LedgerRun Run, IReadOnlyList<LedgerMigration> Applied, IReadOnlyList<LedgerMigration> Reverted, string Text)
{
    /// <summary>One for each run without a result, the oldest first; the database decides what each of them did.</summary>
    public static IReadOnlyList<Reconciliation> Of(IReadOnlyList<LedgerRun> runs, IReadOnlyList<LedgerEntry> entries, AppliedMigrations applied)
    {
        var known = entries.Select(entry => (entry.Migration.Kind, entry.Migration.Name)).ToHashSet();
        var found = new List<Reconciliation>();
        foreach (var run in runs.Where(run => run.Result is null))
        {
            var there = run.Expected.Where(one => IsThere(one, applied)).ToList();
            var lost = run.Reverts ? [] : there.Where(one => known.Add((one.Kind, one.Name))).ToList();
            var gone = run.Reverts ? run.Expected.Where(one => !IsThere(one, applied)).ToList() : [];
            var text = run.Reverts
                ? $"{run.Owner} was taking back {run.Release} and did not come to the end: {gone.Count} of {run.Expected.Count} migrations are taken back"
                : $"{run.Owner} was migrating for {run.Release} and did not come to the end: {there.Count} of {run.Expected.Count} are applied";
            found.Add(new Reconciliation(run, lost, gone, text));
        }

        return found;
    }

    /// <summary>Entries of the ledger that the database does not have: taken back by hand, or a younger backup was restored.</summary>
    public static IReadOnlyList<LedgerEntry> Vanished(IReadOnlyList<LedgerEntry> entries, AppliedMigrations applied) =>
        [.. entries.Where(entry => !IsThere(entry.Migration, applied))];

    private static bool IsThere(LedgerMigration one, AppliedMigrations applied) => one.Kind switch
    {
        MigrationKind.Module => applied.Has(one.Name),
        MigrationKind.Link => applied.Tables.Contains(one.Name),
        _ => applied.Scripts.Any(script => script.Name == one.Name && script.FinishedAt is not null),
    };
}
