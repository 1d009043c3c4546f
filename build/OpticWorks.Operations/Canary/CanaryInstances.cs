using System.Globalization;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary;

/// <summary>The environment's instances by the name that plans and people use, "api-1:9001".</summary>
internal sealed class CanaryInstances
{
    private readonly Dictionary<string, (BackendHost Host, int Port)> _all = [];

    public CanaryInstances(IEnumerable<BackendHost> hosts)
    {
        foreach (var host in hosts)
        {
            foreach (var port in host.Instances)
                _all[Name(host, port)] = (host, port);
        }
    }

    public static string Name(HostSettings host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{port}");

    public (BackendHost Host, int Port) Find(string instance) => _all[instance];

    /// <summary>HAProxy's name.</summary>
    public string Server(string instance) => Balancer.ServerName(_all[instance].Host.Name, _all[instance].Port);

    public IReadOnlyList<string> Servers(IEnumerable<string> instances) => [.. instances.Select(Server)];

    /// <summary>Ports by host.</summary>
    public IEnumerable<(BackendHost Host, IReadOnlyList<int> Ports)> ByHost(IEnumerable<string> instances) =>
        instances.Select(Find).GroupBy(at => at.Host).Select(group => (group.Key, (IReadOnlyList<int>)[.. group.Select(at => at.Port)]));
}
