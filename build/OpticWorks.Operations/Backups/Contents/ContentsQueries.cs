namespace OpticWorks.Operations.Backups.Contents;

/// <summary>
/// What is asked of PostgreSQL about a database's contents. With an empty search_path every name comes out with its schema; what belongs to
/// an extension, and what pg_dump leaves out (invalid indexes, temporary tables), is left out here too.
/// </summary>
internal static class ContentsQueries
{
    /// <summary>Whatever the server's own settings, a value has one text.</summary>
    public const string Settings =
        """
        set search_path = ''; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
        set bytea_output = 'hex'; set xmloption = 'content'; set lc_monetary = 'C'; set row_security = off; set statement_timeout = 0;
        set idle_in_transaction_session_timeout = 0; set lock_timeout = '60s'
        """;

    private const string Ours =
        "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'";

    /// <summary>Tables with their sizes, greatest first.</summary>
    public const string Tables =
        $"""
        select c.oid::regclass::text, pg_table_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence <> 't' and {Ours}
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by 2 desc, 1
        """;

    /// <summary>A record's text shows every value by its output function (an enum's label, not its number), so it is the same after a restore.
    /// bigint sums are exact: PostgreSQL adds them in 128 bits.</summary>
    /// <param name="table">As <see cref="Tables"/> gave it.</param>
    public static string Digest(string table) =>
        $"select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from only {table} t";

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
