using OpticWorks.Operations.Database.Inventory;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>A pending migration, read.</summary>
public sealed record ReadMigration(string Module, MigrationInventory Migration, MigrationClass Class, IReadOnlyList<Finding> Findings);

/// <summary>Judges pending migrations before they run.</summary>
internal static class MigrationLint
{
    /// <summary>Reads and judges them in the order in which they would run.</summary>
    /// <exception cref="OperationException">The parser failed.</exception>
    public static async Task<IReadOnlyList<ReadMigration>> ReadAsync(
        IReadOnlyList<(string Module, MigrationInventory Migration)> pending, TableStatistics statistics, SqlParser parser, CancellationToken cancellationToken)
    {
        var texts = pending.SelectMany(one => one.Migration.Up?.Sql ?? []).ToList();
        var parsed = await parser.ParseAsync(texts, cancellationToken).ConfigureAwait(false);
        return Judge(pending, parsed, statistics);
    }

    /// <param name="parsed">The statements of all of them, one after another.</param>
    internal static IReadOnlyList<ReadMigration> Judge(
        IReadOnlyList<(string Module, MigrationInventory Migration)> pending, IReadOnlyList<ParsedSql> parsed, TableStatistics statistics)
    {
        var scope = new LintScope(statistics);
        var read = new List<ReadMigration>();
        var at = 0;
        foreach (var (module, migration) in pending)
        {
            var up = migration.Up ?? new MigrationSql([], DataDependent: true);
            var findings = new List<Finding>();
            foreach (var sql in parsed.Skip(at).Take(up.Sql.Count))
                findings.AddRange(Of(module, migration, up, sql, scope));
            at += up.Sql.Count;
            // A database without tables has no data to depend on.
            if (up.DataDependent && statistics.Tables.Count > 0)
                findings.Add(Unknown(module, migration, up));
            read.Add(new ReadMigration(module, migration, MigrationClass.Of(findings, migration.Notes), findings));
        }

        return read;
    }

    private static IEnumerable<Finding> Of(string module, MigrationInventory migration, MigrationSql up, ParsedSql sql, LintScope scope)
    {
        if (sql.Error is { } error)
        {
            yield return new Finding("syntax", Concern.Failure, false, module, migration.Name, new SqlStatement(sql.Text, default).Short(), null, null, null,
                $"PostgreSQL cannot read it: {error}", "correct the statement")
            { Accepted = MigrationClass.Accepted(migration.Notes, "syntax") };
        }

        foreach (var statement in sql.Statements)
        {
            var several = up.Transactional || sql.Statements.Count > 1;
            foreach (var change in StatementReader.Changes(statement))
            {
                foreach (var verdict in ChangeRules.Judge(change, scope, several))
                {
                    var table = verdict.Table ?? change.Table;
                    yield return new Finding(verdict.Rule, verdict.Concern, verdict.Warning, module, migration.Name, statement.Short(), table,
                        scope.Existing(table)?.Size, verdict.Lock, verdict.Why, verdict.SafeWay)
                    { Accepted = MigrationClass.Accepted(migration.Notes, verdict.Rule) };
                }

                scope.Apply(change);
            }
        }
    }

    private static Finding Unknown(string module, MigrationInventory migration, MigrationSql up) => new(
        "data-dependent", Concern.Opaque, true, module, migration.Name, migration.File, null, null, null,
        up.Problem is null ? "it asks the database first and decides by the answer" : $"it could not be read without a database: {up.Problem}",
        "rehearse it on a copy of the database");
}
