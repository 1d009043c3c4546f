using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A database that belongs to a role. What is in it stays untouched.</summary>
public sealed record PostgresDatabaseResource(int Port, string Name, string Owner) : Resource
{
    public override string Title => $"PostgreSQL database {Name}";

    internal override IEnumerable<string> Questions => [$"database:{Port}/{Plain(Name)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.OwnerOfDatabase(Name);
        if (found == Owner)
            return null;
        var (summary, sql) = found is null
            ? ($"create, owned by {Owner}", $"create database \"{Name}\" owner \"{Plain(Owner)}\" template template0 encoding 'UTF8';\n")
            : ($"owner {found} → {Owner}", $"alter database \"{Name}\" owner to \"{Plain(Owner)}\";\n");
        return new Change(Title, summary)
        {
            Actions =
            [
                new HostAction(ShellCommand.Script(PostgresRoleResource.SqlScript, $"{Port}"),
                    () => new MemoryStream(Encoding.UTF8.GetBytes(sql), writable: false)),
            ],
        };
    }
}
