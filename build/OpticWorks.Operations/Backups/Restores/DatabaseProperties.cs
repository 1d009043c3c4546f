using Npgsql;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>
/// What belongs to a database itself and not to anything in it: pg_dump writes none of it without --create, so a database that was made anew lacks it.
/// </summary>
internal static class DatabaseProperties
{
    // The names of settings only: a value may be a secret. (Before PostgreSQL 17, datlocale had another name.)
    private const string Sql = """
        select d.datname,
          coalesce((select string_agg(a::text, ' ' order by a::text) from unnest(d.datacl) a), 'the default ones'),
          d.datconnlimit::text,
          concat_ws(' ', d.datlocprovider, d.datcollate, d.datctype, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')),
          coalesce((select string_agg(concat_ws(' ', r.rolname, split_part(c, '=', 1)), ', ' order by r.rolname, c)
            from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole cross join unnest(s.setconfig) c where s.setdatabase = d.oid), 'none')
        from pg_database d where d.datname in ($1, $2)
        """;

    private static readonly string[] Names = ["rights", "connection limit", "locale", "settings"];

    /// <summary>In which the restored one is not like the live one, for example "connection limit 90, restored -1"; none when one of them is not there.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(NpgsqlDataSource admin, string live, string restored, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string[]>();
        await using (var command = admin.CreateCommand(Sql))
        {
            command.Parameters.Add(new() { Value = live });
            command.Parameters.Add(new() { Value = restored });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                found[reader.GetString(0)] = [.. Enumerable.Range(1, Names.Length).Select(reader.GetString)];
        }

        return found.TryGetValue(live, out var was) && found.TryGetValue(restored, out var now)
            ? [.. Names.Select((name, i) => (name, i)).Where(one => was[one.i] != now[one.i]).Select(one => $"{one.name} {was[one.i]}, restored {now[one.i]}")]
            : [];
    }
}
