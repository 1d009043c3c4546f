using Npgsql;

namespace OpticWorks.Operations.Database;

/// <summary>What a session of PostgreSQL is at.</summary>
/// <param name="Query">The first line of its statement, shortened.</param>
/// <param name="Age">Since the statement began.</param>
/// <param name="Progress">What pg_stat_progress_* says of it, for example "building index: loading tuples in tree 42 %"; null: nothing.</param>
/// <param name="BlockedBy">The sessions that it waits for.</param>
public sealed record SessionActivity(int Pid, string State, string Query, TimeSpan Age, string? Progress, IReadOnlyList<Blocker> BlockedBy)
{
    /// <summary>It works, or waits for a lock; otherwise it only keeps its connection.</summary>
    public bool IsBusy => State == "active";

    public override string ToString() =>
        $"{Query} for {Age.TotalSeconds:0.0} s"
        + (Progress is null ? "" : $" ({Progress})")
        + (BlockedBy.Count == 0 ? "" : $"; waits for {string.Join(" and for ", BlockedBy)}");
}

/// <summary>A session that another one waits for.</summary>
/// <param name="Age">Of its transaction.</param>
public sealed record Blocker(int Pid, string Application, string Query, TimeSpan Age)
{
    public override string ToString() => $"{(Application.Length == 0 ? "server process" : Application)} {Pid} ({Query}, since {Age.TotalSeconds:0} s)";
}

/// <summary>Watches the sessions of one application.</summary>
public static class DatabaseActivity
{
    private const string Sessions = """
        select a.pid, coalesce(a.state, ''), coalesce(a.query, ''), extract(epoch from clock_timestamp() - coalesce(a.query_start, a.backend_start))::float8,
          coalesce((select p.command || ': ' || p.phase || case when p.blocks_total > 0 then ' ' || (100 * p.blocks_done / p.blocks_total) || ' %' else '' end
                    from pg_stat_progress_create_index p where p.pid = a.pid),
                   (select p.command || ': ' || p.phase || case when p.heap_blks_total > 0 then ' ' || (100 * p.heap_blks_scanned / p.heap_blks_total) || ' %' else '' end
                    from pg_stat_progress_cluster p where p.pid = a.pid),
                   (select p.command || ': ' || p.tuples_processed || ' rows' from pg_stat_progress_copy p where p.pid = a.pid)),
          case when a.wait_event_type = 'Lock' then pg_blocking_pids(a.pid) else '{}' end
        from pg_stat_activity a where a.datname = current_database() and a.application_name like $1 and a.pid <> pg_backend_pid() order by a.pid
        """;

    private const string Blockers = """
        select pid, coalesce(application_name, ''), coalesce(query, ''), extract(epoch from clock_timestamp() - coalesce(xact_start, query_start, backend_start))::float8
        from pg_stat_activity where pid = any($1) order by 4 desc
        """;

    /// <param name="application">The sessions' application_name, as LIKE reads it.</param>
    public static async Task<IReadOnlyList<SessionActivity>> ReadAsync(NpgsqlDataSource source, string application, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(SessionActivity Session, int[] Blocking)>();
        await using (var command = new NpgsqlCommand(Sessions, session) { Parameters = { new() { Value = application } } })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                found.Add((new SessionActivity(reader.GetInt32(0), reader.GetString(1), Short(reader.GetString(2)), TimeSpan.FromSeconds(reader.GetDouble(3)),
                    reader.IsDBNull(4) ? null : reader.GetString(4), []), reader.GetFieldValue<int[]>(5)));
            }
        }

        var blockers = await BlockersAsync(session, [.. found.SelectMany(one => one.Blocking).Distinct()], cancellationToken).ConfigureAwait(false);
        return [.. found.Select(one => one.Session with { BlockedBy = [.. one.Blocking.Distinct().Where(blockers.ContainsKey).Select(pid => blockers[pid])] })];
    }

    private static async Task<Dictionary<int, Blocker>> BlockersAsync(NpgsqlConnection session, int[] pids, CancellationToken cancellationToken)
    {
        var blockers = new Dictionary<int, Blocker>();
        if (pids.Length == 0)
            return blockers;
        await using var command = new NpgsqlCommand(Blockers, session) { Parameters = { new() { Value = pids } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            blockers[reader.GetInt32(0)] = new Blocker(reader.GetInt32(0), reader.GetString(1), Short(reader.GetString(2)), TimeSpan.FromSeconds(reader.GetDouble(3)));
        return blockers;
    }

    private static string Short(string query)
    {
        var line = string.Join(' ', query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 90 ? line : line[..89] + "…";
    }
}
