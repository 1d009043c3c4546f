using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// Waits until the instances that an operation has just started can take more requests: until Node has compiled what shoppers ask for, which takes some
/// hundred requests, each takes about twice its time. It waits only while they become faster, and not for what it cannot read.
/// </summary>
/// <param name="environment">The hosts that take part.</param>
/// <param name="connect">A host as its deploy user.</param>
/// <param name="balancer">Shows who gets requests.</param>
internal sealed class InstanceRoom(StoreEnvironment environment, Func<HostSettings, IHost> connect, Balancer balancer, INarrator narrator)
{
    /// <summary>How much of an instance's thread its requests may take; with more they queue, or with anything else on its cores.</summary>
    private const double Clear = 0.4, Settled = 0.5, Full = 0.85;

    /// <summary>After that an instance is as fast as it will be.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Nothing became faster for so long. A Medusa with 50 reads a second becomes so within three seconds and, after some 750 reads, once more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The longest wait.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    /// <summary>A server that fails its requests is not waited for.</summary>
    public bool LeavesFailing { get; init; }

    private readonly ConcurrentDictionary<(BackendHost Host, int Port), Stopwatch> _started = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Since the last look, which holds for all that are drained together.</summary>
    private readonly Stopwatch _clear = new();

    /// <summary>As the first drain found them.</summary>
    private IReadOnlyList<ServerState> _servers = [];

    /// <summary>An instance serves since now.</summary>
    public void Started(BackendHost host, int port) => _started[(host, port)] = Stopwatch.StartNew();

    /// <summary>Before an instance is drained.</summary>
    /// <param name="drained">How many are out of traffic at once; each of them asks.</param>
    /// <returns>What there is to say of the wait; null: there was none worth a word.</returns>
    public async Task<string?> BeforeDrainAsync(BackendHost host, int port, int drained, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var leaving = new Leaving($"{host.Name}:{port}", Balancer.ServerName(host.Name, port), drained);
            if (_started.IsEmpty)
            {
                _servers = await ServersAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }

            if (_clear.IsRunning && _clear.Elapsed < Glance)
                return null;
            var clock = Stopwatch.StartNew();
            var last = await WatchAsync(leaving, Full, cancellationToken).ConfigureAwait(false);
            _clear.Restart();
            if (last is not var (instance, share, fails))
                return null;
            if (share > Full)
            {
                narrator.Warn("switch", string.Create(CultureInfo.InvariantCulture,
                    $"{instance} would need {share:0.00} of a core for its share of {leaving.Name}'s requests too, and Node has one: they may queue"));
            }

            return fails ?? string.Create(CultureInfo.InvariantCulture, $"waited {clock.Elapsed.TotalSeconds:0.0} s{(share > Full ? "" : $" until {instance} had room")}");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Before something else takes a core that they may need.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => WatchAsync(null, Settled, cancellationToken);

    /// <returns>The busiest at the last look, and why it was the last if the leaving one fails; null: it was clear at a glance, or there is none.</returns>
    private async Task<(string Instance, double Share, string? Fails)?> WatchAsync(Leaving? leaving, double enough, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var before = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (before.Count == 0)
            return null;
        var (least, since) = (double.MaxValue, TimeSpan.Zero);
        for (var pause = Glance; ; pause = Look)
        {
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            var after = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var servers = leaving is null ? [] : await ServersAsync(cancellationToken).ConfigureAwait(false);
            // Who gets no requests leaves none to others.
            if (servers.Any(server => server.Name == leaving!.Server && !server.TakesTraffic))
                return null;
            var serving = servers.Count > 0 ? servers.Count(server => server.TakesTraffic) : environment.Hosts.Sum(host => host.Instances.Count);
            var isFirst = pause == Glance;
            if (InstanceLoad.Busiest(before, after, serving, leaving?.Drained ?? 0) is not var (instance, share) || (isFirst && share <= Clear))
                return null;
            var fails = LeavesFailing && leaving is not null ? Failures(_servers, servers, leaving.Server) : null;
            if (isFirst || fails is not null)
            {
                narrator.Say("switch", string.Create(CultureInfo.InvariantCulture,
                    $"{leaving?.Name ?? "the next step"} {(fails is null ? "waits" : "does not wait")} for {instance}, which would need {share:0.00} of a core{(fails is null ? "" : $": it {fails}")}"));
            }

            if (fails is not null || (!isFirst && (share <= enough || clock.Elapsed > Limit || (share > least - 0.05 && clock.Elapsed - since > Patience))))
                return (instance, share, fails);
            if (!isFirst && share <= least - 0.05)
                (least, since) = (share, clock.Elapsed);
            before = after;
        }
    }

    /// <returns>None: the balancer did not tell; whoever changes something there will say it.</returns>
    private async Task<IReadOnlyList<ServerState>> ServersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await balancer.ServersAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException)
        {
            return [];
        }
    }

    /// <summary>Of its requests since the first look, one in a hundred and three at least failed.</summary>
    /// <returns>That in words; null: it is not so.</returns>
    internal static string? Failures(IReadOnlyList<ServerState> before, IReadOnlyList<ServerState> now, string name)
    {
        if (before.FirstOrDefault(server => server.Name == name) is not { } early || now.FirstOrDefault(server => server.Name == name) is not { } late)
            return null;
        var (requests, failures) = (late.Requests - early.Requests, late.Failures - early.Failures);
        return failures >= 3 && failures * 100 >= requests ? $"failed {failures} of {requests} requests" : null;
    }

    private async Task<IReadOnlyList<InstanceLoad>> ReadAsync(CancellationToken cancellationToken) =>
    [
        .. (await Task.WhenAll(_started.Where(pair => pair.Value.Elapsed < Young).Select(pair => pair.Key).GroupBy(one => one.Host)
            .Select(group => ReadAsync(group.Key, group.Select(one => one.Port), cancellationToken))).ConfigureAwait(false)).SelectMany(loads => loads),
    ];

    private async Task<IEnumerable<InstanceLoad>> ReadAsync(BackendHost host, IEnumerable<int> ports, CancellationToken cancellationToken)
    {
        try
        {
            var result = await connect(host).RunAsync(InstanceLoad.ReadCommand(ports.Order()), null, null, cancellationToken).ConfigureAwait(false);
            return result.Succeeded ? InstanceLoad.Parse(host.Name, result.Output) : [];
        }
        catch (HostException)
        {
            return []; // Whoever changes something there will say it.
        }
    }

    /// <param name="Name">"host:port".</param>
    /// <param name="Server">HAProxy's name of it.</param>
    /// <param name="Drained">How many are drained at once.</param>
    private sealed record Leaving(string Name, string Server, int Drained);
}
