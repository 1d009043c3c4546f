using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// The role that the backend and this suite connect as. It may create databases, because a restore goes into a new one that
/// takes the old one's name, and is in pg_monitor, because locks and sizes are read before a migration.
/// </summary>
public sealed record PostgresRoleResource(int Port, string Name, string Password) : Resource
{
    /// <summary>Runs standard input as SQL of the superuser, on the cluster at port $1.</summary>
    internal const string SqlScript =
        """
        cd /
        exec runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p "$1" -d postgres
        """;

    public override string Title => $"PostgreSQL role {Name}";

    internal override IEnumerable<string> Questions => [$"role:{Port}/{Plain(Name)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.RoleNamed(Name);
        List<string> parts = [];
        if (found is null)
            parts.Add("create");
        else
        {
            if (!ScramVerifier.Matches(found.Verifier, Password))
                parts.Add("password changed");
            if (!found.Login || !found.CreateDatabase)
                parts.Add("may log in and create databases");
            if (!found.Monitor)
                parts.Add("member of pg_monitor");
        }

        return parts.Count == 0
            ? null
            : new Change(Title, string.Join(", ", parts))
            {
                Actions = [new HostAction(ShellCommand.Script(SqlScript, $"{Port}"), () => new MemoryStream(Encoding.UTF8.GetBytes(Sql()), writable: false))],
            };
    }

    /// <summary>Goes over standard input, and keeps even the verifier out of the server's log.</summary>
    private string Sql() =>
        $"""
        set log_statement = 'none';
        set log_min_duration_statement = -1;
        set log_min_error_statement = 'panic';
        do $$ begin
            if not exists (select from pg_roles where rolname = '{Plain(Name)}') then create role "{Name}"; end if;
        end $$;
        alter role "{Name}" login createdb password '{ScramVerifier.Of(Password)}';
        grant pg_monitor to "{Name}";

        """;

    /// <summary>Printing a resource must not print its password.</summary>
    public override string ToString() => Title;
}
