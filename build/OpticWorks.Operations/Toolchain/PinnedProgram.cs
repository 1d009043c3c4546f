namespace OpticWorks.Operations.Toolchain;

/// <summary>The real programs that the suite runs, each pinned by <see cref="Toolbox"/>.</summary>
public enum PinnedProgram
{
    Node,
    Pnpm,
    Wrangler,

    /// <summary>PostgreSQL 17: server and clients in one folder; the tool's path is psql.</summary>
    PostgreSql,
    HAProxy,
    Redis,
    OpenSsh,
    SystemdNspawn,
    Debootstrap,
    Zstd,

    /// <summary>PostgreSQL's own parser as a program: JSON texts in, syntax trees out (SqlParser/parse-sql.cjs).</summary>
    SqlParser,
}
