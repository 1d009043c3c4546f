using System.Globalization;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Releases;

/// <summary>What is looked at before a deployment changes anything; every finding is told at once.</summary>
public static class Preflight
{
    /// <summary>A host's clock may differ from ours by so much: tokens and certificates stop working not far beyond.</summary>
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(30);

    /// <param name="environment">Only with the hosts that will be deployed to.</param>
    /// <param name="bytes">What will be uploaded, compressed.</param>
    /// <exception cref="OperationException">Something would stop the deployment half-way (exit 4); lists all of it.</exception>
    public static async Task CheckAsync(StoreEnvironment environment, Func<HostSettings, IHost> connect, long bytes, CancellationToken cancellationToken)
    {
        var layout = new HostLayout(environment.Releases.Directory);
        var looks = await Task.WhenAll(environment.Hosts.Select(host => LookAsync(connect(host), layout, bytes, cancellationToken))).ConfigureAwait(false);
        var findings = looks.SelectMany(found => found).Concat(await BalancerAsync(environment, connect, cancellationToken).ConfigureAwait(false)).ToArray();
        if (findings.Length > 0)
        {
            throw OperationException.Preflight($"{environment.Name} is not ready for a deployment",
                $"./build.sh Provision --environment {environment.Name}", null, string.Join('\n', findings));
        }
    }

    /// <summary>Findings in a host's answer to <see cref="ReleaseCommands.Look"/>.</summary>
    internal static IEnumerable<string> Findings(string host, string output, long bytes, DateTimeOffset now)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // Unpacked, a release is about eight times its archive, and the archive lies beside it for a while.
        var needed = (bytes * 9 >> 20) + 100;
        if (lines.Length < 3 || !long.TryParse(lines[0], CultureInfo.InvariantCulture, out var free) || !long.TryParse(lines[1], CultureInfo.InvariantCulture, out var seconds))
        {
            yield return $"{host}: it is not provisioned";
            yield break;
        }

        if (free < needed)
            yield return $"{host}: {free} MiB are free and {needed} MiB are needed";
        var difference = now - DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (difference.Duration() > ClockLimit)
            yield return $"{host}: its clock differs from ours by {difference.TotalSeconds:0} s";
        if (!lines[2].StartsWith("v22.", StringComparison.Ordinal))
            yield return $"{host}: Node 22 is not there ({lines[2]})";
        if (lines.Length < 4)
            yield return $"{host}: zstd is not there";
    }

    /// <summary>Backend hosts that cannot be reached. Any other failure to connect (a changed host key, a refused key) is no reason to leave a host out.</summary>
    public static async Task<IReadOnlySet<string>> UnreachableAsync(StoreEnvironment environment, Func<HostSettings, IHost> connect, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(environment.Hosts.Select(async host =>
        {
            try
            {
                await connect(host).RunAsync(ShellCommand.Of("true"), null, null, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (HostException e) when (e.Failure is HostFailure.Unreachable or HostFailure.Dropped)
            {
                return host.Name;
            }
        })).ConfigureAwait(false);
        return found.OfType<string>().ToHashSet();
    }

    /// <summary>What somebody else's hand did to the balancer's weights, for people to know before they deploy.</summary>
    public static async Task<IReadOnlyList<Drift>> DriftAsync(StoreEnvironment environment, Func<HostSettings, IHost> connect, IReadOnlySet<string> behind, CancellationToken cancellationToken)
    {
        var balancer = new Balancer(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);
        var expected = environment.Hosts.SelectMany(host => host.Instances.Select(port =>
            (Name: Balancer.ServerName(host.Name, port), Weight: behind.Contains(host.Name) ? 0 : Provisioning.HaproxyConfiguration.Weight)));
        return Drift.Of(expected.ToDictionary(one => one.Name, one => one.Weight), await balancer.ServersAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<string>> LookAsync(IHost host, HostLayout layout, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            var result = await host.RunAsync(ReleaseCommands.Look(layout), null, null, cancellationToken).ConfigureAwait(false);
            return [.. Findings(host.Name, result.Output, bytes, DateTimeOffset.UtcNow)];
        }
        catch (HostException e)
        {
            return [$"{host.Name}: {e.Message}"];
        }
    }

    private static async Task<IReadOnlyList<string>> BalancerAsync(StoreEnvironment environment, Func<HostSettings, IHost> connect, CancellationToken cancellationToken)
    {
        try
        {
            var balancer = new Balancer(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);
            var servers = await balancer.ServersAsync(cancellationToken).ConfigureAwait(false);
            return
            [
                .. environment.Hosts.SelectMany(host => host.Instances.Select(port => Balancer.ServerName(host.Name, port)))
                    .Where(name => servers.All(server => server.Name != name))
                    .Select(name => $"{environment.Balancer.Host.Name}: HAProxy knows no server {name}"),
            ];
        }
        catch (OperationException e)
        {
            return [$"{environment.Balancer.Host.Name}: {e.Message}"];
        }
    }
}
