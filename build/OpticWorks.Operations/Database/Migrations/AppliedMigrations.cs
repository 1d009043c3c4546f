using Npgsql;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>A migration that Medusa has recorded.</summary>
public sealed record AppliedMigration(string Name, DateTimeOffset? At);

/// <summary>A migration script that Medusa has begun.</summary>
/// <param name="FinishedAt">Null: it did not come to its end.</param>
public sealed record BegunScript(string Name, DateTimeOffset? At, DateTimeOffset? FinishedAt);

/// <summary>What Medusa's own tables say was done to a database.</summary>
/// <param name="Links">Names of the link tables that it recorded.</param>
/// <param name="Tables">Names of the tables that there are in the schema "public".</param>
/// <param name="InvalidIndexes">"table.index" of every index that PostgreSQL keeps but does not use.</param>
/// <param name="Version1">Migrations of a Medusa 1 store (its table "migrations").</param>
public sealed record AppliedMigrations(
    IReadOnlyList<AppliedMigration> Migrations, IReadOnlyList<BegunScript> Scripts, IReadOnlyList<string> Links, IReadOnlySet<string> Tables,
    IReadOnlyList<string> InvalidIndexes, IReadOnlyList<string> Version1)
{
    public bool Has(string name) => Migrations.Any(migration => migration.Name == name);

    /// <summary>Only what somebody else has written down: names of migrations.</summary>
    public static AppliedMigrations Named(IEnumerable<string> names) => new([.. names.Select(name => new AppliedMigration(name, null))], [], [], new HashSet<string>(), [], []);

    /// <summary>Reads it in one read-only transaction; a table that is not there holds nothing.</summary>
    public static async Task<AppliedMigrations> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await ReadOnly.BeginAsync(session, cancellationToken).ConfigureAwait(false);
        var tables = (await RowsAsync(session, "select c.relname from pg_class c where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p')",
            reader => reader.GetString(0), cancellationToken).ConfigureAwait(false)).ToHashSet();
        return new AppliedMigrations(
            await OfAsync("mikro_orm_migrations", "select name, executed_at from public.mikro_orm_migrations order by id",
                reader => new AppliedMigration(reader.GetString(0), Time(reader, 1))).ConfigureAwait(false),
            await OfAsync("script_migrations", "select script_name, created_at, finished_at from public.script_migrations order by id",
                reader => new BegunScript(reader.GetString(0), Time(reader, 1), Time(reader, 2))).ConfigureAwait(false),
            await OfAsync("link_module_migrations", "select table_name from public.link_module_migrations order by 1", reader => reader.GetString(0)).ConfigureAwait(false),
            tables,
            await RowsAsync(session,
                """
                select t.relname || '.' || i.relname from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
                where not x.indisvalid and i.relkind = 'i' and t.relnamespace = to_regnamespace('public') order by 1
                """, reader => reader.GetString(0), cancellationToken).ConfigureAwait(false),
            tables.Contains("mikro_orm_migrations") ? [] : await OfAsync("migrations", "select name::text from public.migrations order by id", reader => reader.GetString(0)).ConfigureAwait(false));

        async Task<IReadOnlyList<T>> OfAsync<T>(string table, string sql, Func<NpgsqlDataReader, T> read) =>
            tables.Contains(table) ? await RowsAsync(session, sql, read, cancellationToken).ConfigureAwait(false) : [];
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    private static async Task<IReadOnlyList<T>> RowsAsync<T>(NpgsqlConnection session, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var command = new NpgsqlCommand(sql, session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }
}
