namespace OpticWorks.Operations.Backups.Contents;

/// <summary>
/// What is asked of PostgreSQL about a database's contents. With an empty search_path every name comes out with its schema; what belongs to
/// an extension, and what pg_dump leaves out (invalid indexes, temporary tables), is left out here too.
/// </summary>
internal static class ContentsQueries
{
    /// <summary>Whatever the server's own settings, a value has one text; a reader takes one core from the shop, not all; and no limit
    /// ends a transaction that others read the same snapshot by. Older servers lack some of the limits.</summary>
    public const string Settings =
        """
        set search_path = ''; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
        set bytea_output = 'hex'; set xmloption = 'content'; set lc_monetary = 'C'; set row_security = off; set statement_timeout = 0;
        set idle_in_transaction_session_timeout = 0; set lock_timeout = '60s'; set max_parallel_workers_per_gather = 0;
        select set_config(name, '0', false) from pg_settings where name in ('transaction_timeout', 'idle_session_timeout')
        """;

    private const string Ours =
        "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'";

    /// <summary>
    /// Tables, greatest first: name, whether the server can hash its rows by value, and its numeric columns. Not by value: a type whose equality or hash
    /// is not that of its text (an enum's is its number, which a restore changes; '30 days' equals '1 mon'), a domain, a collation that calls different texts equal.
    /// </summary>
    public const string Tables =
        $$"""
        select c.oid::regclass::text, coalesce(k.by_value, true), coalesce(k.numerics, '{}') from pg_class c join pg_namespace n on n.oid = c.relnamespace
        left join lateral (
          select bool_and(
              (t.oid = any ('{numeric,float4,float8}'::regtype[]) or case t.typcategory when 'A' then t.typelem else t.oid end
                = any ('{bool,"char",int2,int4,int8,oid,text,varchar,uuid,bytea,date,time,timestamp,timestamptz,jsonb,inet,cidr,macaddr}'::regtype[]))
              and (a.attcollation = 0 or l.collisdeterministic)) as by_value,
            array_agg(quote_ident(a.attname) order by a.attnum) filter (where t.oid = 'numeric'::regtype) as numerics
          from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_collation l on l.oid = a.attcollation
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) k on true
        where c.relkind = 'r' and c.relpersistence <> 't' and {{Ours}}
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by pg_table_size(c.oid) desc, 1
        """;

    /// <summary>
    /// The sum of a hash of each row. By value it costs under half of what the text costs (jsonb and timestamps have no short text); scales are hashed
    /// too, because 1.0 equals 1.00. The record's hash is linear in its columns' hashes, so it is hashed once more: else two rows that swap a value would
    /// leave the sum as it was. A record's text shows every value by its output function, so it is the same after a restore whatever the type.
    /// bigint sums are exact: PostgreSQL adds them in 128 bits.
    /// </summary>
    /// <param name="table">As <see cref="Tables"/> gave it, like what follows.</param>
    public static string Digest(string table, bool byValue, IReadOnlyList<string> numerics)
    {
        var row = numerics.Count == 0 ? "t.*" : $"row(t.*, {string.Join(", ", numerics.Select(column => $"scale(t.{column})"))})";
        var text = byValue ? $"hash_record_extended({row}, 0)::text" : "(t.*)::text";
        return $"select count(*), coalesce(sum(hashtextextended({text}, 0)), 0)::text from only {table} t";
    }

    /// <summary>Large objects as one more table.</summary>
    public const string LargeObjects =
        "select count(*), coalesce(sum(hashtextextended(oid::text || ':' || md5(lo_get(oid)), 0)), 0)::text from pg_largeobject_metadata";

    public const string Sequences =
        $"""
        select c.oid::regclass::text, s.seqincrement from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
        where not s.seqcycle and c.relpersistence <> 't' and {Ours}
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by 1
        """;

    /// <summary>Kind, name, text.</summary>
    public const string Definitions =
        $"""
        with relation as (
          select c.*, c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where {Ours} and c.relpersistence <> 't'
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
        select 'relation', name, relkind::text || relpersistence::text || coalesce(' ' || array_to_string(reloptions, ','), '') from relation where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select 'column', r.name || ' ' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
            || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text || a.attgenerated::text
            || coalesce(' collate ' || nullif(a.attcollation, t.typcollation)::regcollation::text, '')
          from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where r.relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select 'constraint', coalesce(r.name, con.contypid::regtype::text) || ' ' || quote_ident(con.conname),
            pg_get_constraintdef(con.oid) || case when con.convalidated then '' else ' NOT VALID' end
          from pg_constraint con left join relation r on r.oid = con.conrelid
          where r.oid is not null or (con.contypid <> 0 and exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.oid = con.contypid and {Ours}))
        union all
        select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' INVALID' end
          from pg_index i join relation r on r.oid = i.indrelid where i.indisvalid or $1
        union all
        select 'trigger', r.name || ' ' || quote_ident(g.tgname), pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
          from pg_trigger g join relation r on r.oid = g.tgrelid where not g.tgisinternal
        union all
        select 'view', name, pg_get_viewdef(oid) from relation where relkind in ('v', 'm')
        union all
        select 'policy', r.name || ' ' || quote_ident(p.polname), p.polcmd::text || p.polpermissive::text || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
            || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '') from pg_policy p join relation r on r.oid = p.polrelid
        union all
        select 'row security', name, relrowsecurity::text || relforcerowsecurity::text from relation where relrowsecurity
        union all
        select 'function', p.oid::regprocedure::text, md5(pg_get_functiondef(p.oid)) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where {Ours} and p.prokind in ('f', 'p') and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        union all
        select 'type', t.oid::regtype::text, string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e join pg_type t on t.oid = e.enumtypid group by t.oid
        union all
        select 'extension', e.extname::text, n.nspname::text from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        union all
        select 'owner', name, pg_get_userbyid(relowner)::text from relation where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select 'grant', r.name || ' to ' || case x.grantee when 0 then 'PUBLIC' else pg_get_userbyid(x.grantee)::text end, string_agg(x.privilege_type || case when x.is_grantable then '*' else '' end, ',' order by x.privilege_type)
          from relation r, aclexplode(coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's'::"char" else 'r'::"char" end, r.relowner))) x
          where r.relkind in ('r', 'p', 'v', 'm', 'f', 'S') group by r.name, x.grantee
        union all
        select 'large objects', '', count(*)::text from pg_largeobject_metadata
        """;
}
