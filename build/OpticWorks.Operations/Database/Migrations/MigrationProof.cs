namespace OpticWorks.Operations.Database.Migrations;

/// <summary>Whether a migration did what it should, decided by what the database shows.</summary>
public static class MigrationProof
{
    /// <summary>Everything that is not as it should be; empty: it is proved.</summary>
    /// <param name="before">As it was read before Medusa ran.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="applied">What the database has recorded after it.</param>
    /// <param name="invalidBefore">Indexes that were not valid before, either.</param>
    /// <param name="output">What Medusa said; null: it was not run.</param>
    /// <param name="exitCode">Medusa's exit code.</param>
    public static IReadOnlyList<string> Problems(
        MigrationState before, MigrationState after, AppliedMigrations applied, IReadOnlyList<string> invalidBefore, MedusaOutput? output, int exitCode)
    {
        var problems = new List<string>();
        var missing = after.Due.Where(line => line.Kind == MigrationKind.Module).ToList();
        foreach (var module in missing.GroupBy(line => line.Module))
            problems.Add($"not applied: {module.Key} {string.Join(", ", module.Select(line => line.Name))}");
        problems.AddRange(before.Of(Standing.Applied).Where(line => line.Kind == MigrationKind.Module && !applied.Has(line.Name))
            .Select(line => $"no longer recorded: {line.Module} {line.Name}"));
        problems.AddRange(after.Of(Standing.Pending).Where(line => line.Kind == MigrationKind.Link)
            .Select(line => applied.Tables.Contains(line.Name) ? $"link table {line.Name} is there, but not recorded" : $"link table {line.Name} is missing"));
        problems.AddRange(after.Of(Standing.Unfinished).Select(line => $"script {line.Name} did not come to its end"));
        problems.AddRange(after.Of(Standing.Pending).Where(line => line.Kind == MigrationKind.Script).Select(line => $"script {line.Name} did not run"));
        problems.AddRange(applied.InvalidIndexes.Except(invalidBefore).Select(index => $"index {index} is not valid: its CREATE INDEX CONCURRENTLY failed; drop it before the next attempt"));
        if (exitCode != 0)
            problems.Add($"Medusa ended with exit {exitCode}{(output?.Current is { } current ? $" at {current}" : "")}");
        problems.AddRange((output?.Errors ?? []).Select(error => $"Medusa logged: {error}"));
        return problems;
    }

    /// <summary>Only links' tables are missing: Medusa swallows their failures without a word, a lock that it did not get among them.</summary>
    public static bool OnlyLinksAreMissing(MigrationState after, int exitCode, MedusaOutput output) =>
        exitCode == 0 && output.Errors.Count == 0
        && after.Of(Standing.Pending).Any(line => line.Kind == MigrationKind.Link)
        && after.Due.All(line => line.Kind is MigrationKind.Link or MigrationKind.Script);
}
