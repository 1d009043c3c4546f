using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Provisioning;

/// <summary>What one host does in an environment. A host may have several roles.</summary>
internal sealed record HostRoles(HostSettings Host)
{
    /// <summary>Ports of its backend instances; empty: it runs none.</summary>
    public IReadOnlyList<int> Instances { get; init; } = [];

    public bool Balances { get; init; }

    /// <summary>Runs a PostgreSQL that this suite provisions.</summary>
    public bool RunsDatabase { get; init; }

    /// <summary>Runs a Redis that this suite provisions.</summary>
    public bool RunsRedis { get; init; }

    public bool RunsBackend => Instances.Count > 0;

    /// <summary>Every host of the environment once.</summary>
    /// <exception cref="OperationException">A role names a host that is not there, or two hosts share a name but not an address (exit 2).</exception>
    public static IReadOnlyList<HostRoles> Of(StoreEnvironment environment)
    {
        var hosts = environment.AllHosts.ToList();
        if (environment.Redis.HostName is { } redis && hosts.All(host => host.Name != redis))
        {
            throw OperationException.Configuration($"redis.hostName is \"{redis}\", which is no host of {environment.Name}",
                next: $"use one of {string.Join(", ", hosts.Select(host => host.Name))}");
        }

        var all = environment.Hosts.Append(environment.Balancer.Host).Append(environment.Database.Host);
        if (all.FirstOrDefault(host => hosts.Single(one => one.Name == host.Name).Address != host.Address) is { } twin)
            throw OperationException.Configuration($"Two hosts of {environment.Name} are called {twin.Name} and have different addresses");
        if (hosts.FirstOrDefault(host => host.User == "root") is { } root)
        {
            throw OperationException.Configuration($"{root.Name} is deployed to as root, whose rights no allow-list limits",
                next: "name another user; Provision makes it");
        }

        return
        [
            .. hosts.Select(host => new HostRoles(host)
            {
                Instances = environment.Hosts.FirstOrDefault(backend => backend.Name == host.Name)?.Instances ?? [],
                Balances = environment.Balancer.Host.Name == host.Name,
                RunsDatabase = environment.Database.Managed && environment.Database.Host.Name == host.Name,
                RunsRedis = environment.Redis.HostName == host.Name,
            }),
        ];
    }
}
