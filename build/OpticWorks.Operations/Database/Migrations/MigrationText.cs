using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>Migrations as people read them.</summary>
public static class MigrationText
{
    /// <summary>How many of the applied ones are listed unless all are wanted.</summary>
    private const int Latest = 10;

    /// <summary>What is not as it should be first, then what was applied latest.</summary>
    public static IEnumerable<string> Status(MigrationState state, bool all)
    {
        foreach (var standing in new[] { Standing.Colliding, Standing.Unfinished, Standing.Pending, Standing.Orphaned })
        {
            foreach (var line in state.Of(standing))
                yield return Line(line);
        }

        var applied = state.Of(Standing.Applied).OrderByDescending(line => line.At).ToList();
        foreach (var line in all ? applied : applied.Take(Latest))
            yield return Line(line);
        if (!all && applied.Count > Latest)
            yield return $"{"applied",-11}{applied.Count - Latest} more (--all)";
    }

    /// <summary>One sentence: how many there are of each kind and standing.</summary>
    public static string Summary(MigrationState state)
    {
        var parts = Enum.GetValues<Standing>()
            .Select(standing => (standing, lines: state.Of(standing).ToList()))
            .Where(group => group.lines.Count > 0)
            .Select(group => $"{group.standing.ToString().ToLowerInvariant()} {Count(group.lines)}");
        return string.Join(" · ", parts);
    }

    /// <summary>What the pending migrations would do, statement by statement, and what stands against it.</summary>
    public static IEnumerable<string> Review(MigrationReview review)
    {
        foreach (var one in review.Pending)
        {
            yield return $"{one.Module} {one.Migration.Name}   {one.Class.Phase.ToString().ToLowerInvariant()}{(one.Migration.Down is null ? ", no down" : "")}";
            foreach (var reason in one.Class.Reasons)
                yield return $"  {reason}";
            foreach (var sql in one.Migration.Up?.Sql ?? [])
                yield return $"    {string.Join("\n    ", sql.Trim().Split('\n').Select(line => line.TrimEnd()))}";
            foreach (var finding in one.Findings)
                yield return $"  {(finding.Warning ? "warning" : finding.Stops ? "danger" : "accepted")}: {finding}";
        }

        foreach (var line in review.State.Of(Standing.Pending).Where(line => line.Kind == MigrationKind.Link))
            yield return $"link table {line.Name}   expand";
        foreach (var line in review.State.Of(Standing.Pending).Concat(review.State.Of(Standing.Unfinished)).Where(line => line.Kind == MigrationKind.Script))
            yield return $"script {line.Name}   the store's own code; what it does to data cannot be read";
    }

    private static string Line(MigrationLine line) =>
        $"{line.Standing.ToString().ToLowerInvariant(),-11}{(line.Kind == MigrationKind.Module ? line.Module.Length > 0 ? line.Module : "–" : line.Kind.ToString().ToLowerInvariant()),-24} {line.Name,-48} "
        + $"{(line.At is { } at ? $"{at.ToLocalTime():ddd dd MMM HH:mm:ss}" : ""),-20}{line.Release ?? ""}".TrimEnd();

    private static string Count(IReadOnlyList<MigrationLine> lines) => string.Join(", ", lines.GroupBy(line => line.Kind)
        .Select(group => $"{group.Count()} {(group.Key switch { MigrationKind.Module => "migration", MigrationKind.Link => "link table", _ => "script" })}{(group.Count() == 1 ? "" : "s")}"));
}
