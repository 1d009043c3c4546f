using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Operations.Tests.Provisioning;

public sealed class HostRolesTests
{
    private static readonly StoreEnvironment s_store = SampleStore.Environment;

    [Fact]
    public void Every_host_has_what_its_roles_need()
    {
        var roles = HostRoles.Of(s_store);

        roles.Select(role => role.Host.Name).ShouldBe(["lb", "api-1", "api-2", "db"]);
        roles.Select(role => role.Balances).ShouldBe([true, false, false, false]);
        roles.Select(role => role.Instances.Count).ShouldBe([0, 2, 1, 0]);
        roles.Select(role => role.RunsDatabase && role.RunsRedis).ShouldBe([false, false, false, true]);
    }

    [Fact]
    public void A_database_of_somebody_else_only_gets_the_deploy_user()
    {
        var environment = s_store with
        {
            Database = s_store.Database with { Managed = false },
            Redis = s_store.Redis with { HostName = null },
        };

        Titles(environment, "db", _ => throw new InvalidOperationException("no secret is needed")).ShouldBe(
            ["packages sudo", "user deploy", "authorized keys of deploy", "directory /var/lib/opticworks"]);
    }

    [Fact]
    public void One_host_can_do_everything()
    {
        var all = new BackendHost { Name = "one", Address = "10.0.0.1", Instances = [9001] };
        var environment = s_store with
        {
            Hosts = [all],
            Balancer = s_store.Balancer with { Host = all },
            Database = s_store.Database with { Host = all },
            Redis = s_store.Redis with { HostName = "one" },
        };

        HostRoles.Of(environment).ShouldHaveSingleItem();
        var titles = Titles(environment, "one", _ => "pencil");
        titles.Where(title => title.StartsWith("file /etc/sudoers", StringComparison.Ordinal)).ShouldHaveSingleItem();
        titles.ShouldContain("packages sudo, zstd, curl, haproxy, socat, postgresql-17, redis-server");
        titles.ShouldBeUnique();
    }

    [Fact]
    public void Files_come_after_their_users_and_units_after_their_files()
    {
        var titles = Titles(s_store, "db", _ => "pencil");

        Position("packages").ShouldBeGreaterThan(Position("file /etc/postgresql-common/createcluster.conf"));
        Position("PostgreSQL cluster").ShouldBeGreaterThan(Position("packages"));
        Position("file /etc/postgresql/17/main/pg_hba.conf").ShouldBeGreaterThan(Position("PostgreSQL cluster"));
        Position("unit postgresql").ShouldBeGreaterThan(Position("file /etc/postgresql/17/main/pg_hba.conf"));
        Position("PostgreSQL role").ShouldBeGreaterThan(Position("unit postgresql"));
        Position("PostgreSQL database").ShouldBeGreaterThan(Position("PostgreSQL role"));

        int Position(string start)
        {
            titles.ShouldContain(title => title.StartsWith(start, StringComparison.Ordinal), start);
            return titles.FindIndex(title => title.StartsWith(start, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_Redis_on_an_unknown_host_is_refused() =>
        Should.Throw<OperationException>(() => HostRoles.Of(s_store with { Redis = s_store.Redis with { HostName = "cache" } }))
            .Next.ShouldBe("use one of lb, api-1, api-2, db");

    [Fact]
    public void Deploying_as_root_is_refused() =>
        Should.Throw<OperationException>(() => HostRoles.Of(s_store with { Hosts = [s_store.Hosts[0] with { User = "root" }] }))
            .ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public void One_name_for_two_addresses_is_refused() =>
        Should.Throw<OperationException>(() => HostRoles.Of(s_store with
        {
            Database = s_store.Database with { Host = new HostSettings { Name = "lb", Address = "10.0.1.99" } },
        })).ExitCode.ShouldBe(ExitCodes.Configuration);

    private static List<string> Titles(StoreEnvironment environment, string host, Func<SecretReference, string> secret) =>
    [
        .. HostResources.Of(environment, HostRoles.Of(environment).Single(role => role.Host.Name == host), Node(), ["key"], secret)
            .Select(resource => resource.Title),
    ];

    private static NodeProgram Node() =>
        new("22.21.1", CompressedFile.ReadAsync(Environment.ProcessPath!, CancellationToken.None).GetAwaiter().GetResult());
}
