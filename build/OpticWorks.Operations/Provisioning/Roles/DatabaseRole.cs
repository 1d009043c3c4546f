using System.Net;
using System.Net.Sockets;
using System.Text;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The host that runs PostgreSQL, when the environment says that this suite provisions it.</summary>
internal static class DatabaseRole
{
    private const int Version = 17;

    private const string Cluster = "main";

    private const string Folder = "/etc/postgresql/17/main";

    private const string SettingsFile = $"{Folder}/conf.d/opticworks.conf";

    public const string Unit = "postgresql@17-main.service";

    public static IReadOnlyList<string> Packages => ["postgresql-17"];

    /// <summary>Else the package itself would make a cluster, without checksums.</summary>
    public static IReadOnlyList<Resource> BeforePackages =>
    [
        new DirectoryResource("/etc/postgresql-common", "root", "root", "0755"),
        new FileResource("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n", "root", "root", "0644"),
    ];

    public static IReadOnlyList<Resource> Files(StoreEnvironment environment) =>
    [
        new PostgresClusterResource(Version, Cluster, environment.Database.Port),
        new DirectoryResource($"{Folder}/conf.d", "postgres", "postgres", "0755"),
        new FileResource(SettingsFile, Settings(environment.Database), "postgres", "postgres", "0644"),
        // Debian's own files include the whole folder, but only when createcluster.conf said so; twice does no harm.
        new LineResource($"{Folder}/postgresql.conf", "include = 'conf.d/opticworks.conf'"),
        new FileResource($"{Folder}/pg_hba.conf", HostBasedAuthentication(environment), "postgres", "postgres", "0640"),
    ];

    /// <summary>What needs a running server.</summary>
    public static IReadOnlyList<Resource> Running(StoreEnvironment environment, string password)
    {
        var database = environment.Database;
        return
        [
            new UnitResource(Unit) { RestartsFor = [SettingsFile, $"{Folder}/postgresql.conf"], ReloadsFor = [$"{Folder}/pg_hba.conf"] },
            new PostgresRoleResource(database.Port, database.User, password),
            new PostgresDatabaseResource(database.Port, database.Name, database.User),
        ];
    }

    internal static string Settings(DatabaseSettings database) =>
        $"""
        # Written by Provision of OpticWorks.
        listen_addresses = '{Listen(database.Address ?? database.Host.Address)}'
        port = {database.Port}
        password_encryption = 'scram-sha-256'

        """;

    /// <summary>Only the backend hosts reach the database over the network; this suite comes through SSH, from the host itself.</summary>
    internal static string HostBasedAuthentication(StoreEnvironment environment)
    {
        var (name, user) = (environment.Database.Name, environment.Database.User);
        var text = new StringBuilder(
            $"""
            # Written by Provision of OpticWorks.
            # type  database  user  address  method
            local  all  all  peer
            host  all  "{user}"  127.0.0.1/32  scram-sha-256
            host  all  "{user}"  ::1/128  scram-sha-256

            """);
        foreach (var host in environment.Hosts)
        {
            if (!IPAddress.TryParse(host.Address, out var address))
            {
                throw OperationException.Configuration($"PostgreSQL lets hosts in by IP address, and {host.Name} has \"{host.Address}\"",
                    next: "give the backend hosts IP addresses, or set database.managed to false and write pg_hba.conf yourself");
            }

            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            text.Append($"host  \"{name}\"  \"{user}\"  {address}/{bits}  scram-sha-256\n");
        }

        return text.ToString();
    }

    private static string Listen(string address) => IPAddress.TryParse(address, out var ip) ? $"localhost, {ip}" : "*";
}
