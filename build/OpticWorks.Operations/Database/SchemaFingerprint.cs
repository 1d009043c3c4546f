using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace OpticWorks.Operations.Database;

/// <summary>A digest of everything that a schema is made of and nothing that it holds: equal schemas have equal fingerprints, whatever
/// the order in which they were made. The suite's own schema is left out.</summary>
public static class SchemaFingerprint
{
    private const string Lines = """
        with spaces as (select oid, nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|opticworks$)')
        select 'table ' || n.nspname || '.' || c.relname || ' ' || c.relkind::text || ' ' || c.relpersistence::text || ' ' || c.relrowsecurity
          from pg_class c join spaces n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all select 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
            || a.attnotnull || ' ' || a.attidentity::text || a.attgenerated::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
          from pg_attribute a join pg_class c on c.oid = a.attrelid join spaces n on n.oid = c.relnamespace
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
        union all select 'constraint ' || n.nspname || '.' || c.relname || '.' || o.conname || ' ' || o.convalidated || ' ' || pg_get_constraintdef(o.oid)
          from pg_constraint o join pg_class c on c.oid = o.conrelid join spaces n on n.oid = c.relnamespace
        union all select 'index ' || pg_get_indexdef(x.indexrelid) || ' ' || x.indisvalid
          from pg_index x join pg_class c on c.oid = x.indrelid join spaces n on n.oid = c.relnamespace
        union all select 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join spaces n on n.oid = c.relnamespace where not t.tgisinternal
        union all select 'view ' || n.nspname || '.' || c.relname || ' ' || pg_get_viewdef(c.oid)
          from pg_class c join spaces n on n.oid = c.relnamespace where c.relkind in ('v', 'm')
        union all select 'enum ' || n.nspname || '.' || t.typname || ' ' || string_agg(e.enumlabel, ',' order by e.enumsortorder)
          from pg_enum e join pg_type t on t.oid = e.enumtypid join spaces n on n.oid = t.typnamespace group by n.nspname, t.typname
        union all select 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || md5(coalesce(p.prosrc, ''))
          from pg_proc p join spaces n on n.oid = p.pronamespace
          where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        """;

    /// <summary>SHA-256, lower-case hexadecimal digits.</summary>
    public static async Task<string> ReadAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await using var command = new NpgsqlCommand(Lines, session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            lines.Add(reader.GetString(0));
        lines.Sort(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    /// <inheritdoc cref="ReadAsync(NpgsqlConnection, CancellationToken)"/>
    public static async Task<string> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(session, cancellationToken).ConfigureAwait(false);
    }
}
