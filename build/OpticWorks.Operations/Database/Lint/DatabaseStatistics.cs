using Npgsql;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>Reads the statistics of a database's tables, in one read-only transaction.</summary>
internal static class DatabaseStatistics
{
    /// <summary>Up to this size rows are counted; above it PostgreSQL's own estimate is near enough, and free.</summary>
    private const long CountedBytes = 16L << 20;

    // A partitioned table holds what its partitions hold.
    private const string Tables = """
        select c.oid::int8, n.nspname || '.' || c.relname, coalesce(held.rows, 0), coalesce(held.bytes, 0), coalesce(held.heap, 0), c.relkind = 'p'
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join lateral (
          select sum(greatest(l.reltuples, s.n_live_tup, 0))::int8 as rows, sum(pg_total_relation_size(l.oid))::int8 as bytes, sum(pg_relation_size(l.oid))::int8 as heap
          from (select c.oid where c.relkind <> 'p' union all select relid from pg_partition_tree(c.oid) where c.relkind = 'p' and isleaf) part (oid)
          join pg_class l on l.oid = part.oid left join pg_stat_user_tables s on s.relid = l.oid) held
        where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^(pg_|information_schema$|opticworks$)'
        order by 2
        """;

    private const string Columns = """
        select a.attrelid::int8, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm') and n.nspname !~ '^(pg_|information_schema$|opticworks$)'
        order by 1, a.attnum
        """;

    private const string Indexes = "select i.indrelid::int8, c.relname, '' from pg_index i join pg_class c on c.oid = i.indexrelid order by 1, 2";

    private const string Constraints = "select conrelid::int8, conname, pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0 and contype <> 'n' order by 1, 2";

    private const string Objects = """
        with spaces as (select oid, nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|opticworks$)')
        select 0::int8, nspname, '' from spaces union select 0, extname, '' from pg_extension
        union select 0, c.relname, '' from pg_class c join spaces n on n.oid = c.relnamespace where c.relkind in ('v', 'm', 'S')
        union select 0, t.typname, '' from pg_type t join spaces n on n.oid = t.typnamespace where t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
        union select 0, p.proname, '' from pg_proc p join spaces n on n.oid = p.pronamespace
        """;

    public static async Task<TableStatistics> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await ReadOnly.BeginAsync(session, cancellationToken).ConfigureAwait(false);
        var columns = await PairsAsync(session, Columns, cancellationToken).ConfigureAwait(false);
        var indexes = await PairsAsync(session, Indexes, cancellationToken).ConfigureAwait(false);
        var constraints = await PairsAsync(session, Constraints, cancellationToken).ConfigureAwait(false);
        var objects = await PairsAsync(session, Objects, cancellationToken).ConfigureAwait(false);
        var tables = new List<(long Oid, string Name, long Rows, long Bytes, long Heap, bool Partitioned)>();
        await using (var command = new NpgsqlCommand(Tables, session))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                tables.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetBoolean(5)));
        }

        var counts = await CountAsync(session, [.. tables.Where(table => table.Heap <= CountedBytes).Select(table => (table.Name, table.Partitioned))], cancellationToken).ConfigureAwait(false);
        return new TableStatistics(DateTimeOffset.UtcNow, tables.ToDictionary(table => table.Name, table => new TableFacts(
            new TableSize(counts.TryGetValue(table.Name, out var count) ? count : Math.Max(1, table.Rows), table.Bytes),
            columns[table.Oid].ToDictionary(pair => pair.Name, pair => pair.Text),
            [.. indexes[table.Oid].Select(pair => pair.Name)],
            constraints[table.Oid].ToDictionary(pair => pair.Name, pair => pair.Text))),
            [.. objects[0].Select(pair => pair.Name)],
            tables.Any(table => table.Name == "public.mikro_orm_migrations")
                ? [.. (await PairsAsync(session, "select id::int8, name, '' from public.mikro_orm_migrations order by id", cancellationToken).ConfigureAwait(false)).SelectMany(same => same).Select(pair => pair.Name)]
                : []);
    }

    private static async Task<Dictionary<string, long>> CountAsync(NpgsqlConnection session, IReadOnlyList<(string Name, bool Partitioned)> tables, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        if (tables.Count == 0)
            return counts;
        var sql = string.Join(" union all ", tables.Select((table, i) => $"select {i}, count(*) from {(table.Partitioned ? "" : "only ")}{Quoted(table.Name)}"));
        await using var command = new NpgsqlCommand(sql, session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            counts[tables[reader.GetInt32(0)].Name] = reader.GetInt64(1);
        return counts;
    }

    private static string Quoted(string table) => string.Join('.', table.Split('.', 2).Select(part => $"\"{part.Replace("\"", "\"\"")}\""));

    private static async Task<ILookup<long, (string Name, string Text)>> PairsAsync(NpgsqlConnection session, string sql, CancellationToken cancellationToken)
    {
        var rows = new List<(long Oid, string Name, string Text)>();
        await using var command = new NpgsqlCommand(sql, session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return rows.ToLookup(row => row.Oid, row => (row.Name, row.Text));
    }
}
