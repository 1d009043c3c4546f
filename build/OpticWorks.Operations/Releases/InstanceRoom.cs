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
internal sealed class InstanceRoom(StoreEnvironment environment, Func<HostSettings, IHost> connect, INarrator narrator)
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

    /// <summary>Shows the balancer's servers, when the release that is left is not to be waited for once it fails requests; null: it is, whatever it does.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<ServerState>>>? Leaving { get; init; }

    private readonly ConcurrentDictionary<(BackendHost Host, int Port), Stopwatch> _started = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Since the last look, which holds for all that are drained together.</summary>
    private readonly Stopwatch _clear = new();

    /// <summary>As the first drain found them.</summary>
    private IReadOnlyList<ServerState>? _servers;

    /// <summary>An instance serves since now.</summary>
    public void Started(BackendHost host, int port) => _started[(host, port)] = Stopwatch.StartNew();

    /// <summary>Before instances are drained.</summary>
    /// <param name="leaving">"host:port" of one of them.</param>
    /// <param name="drained">How many are out of traffic at once; each of them asks.</param>
    /// <returns>What there is to say of the wait; null: there was none worth a word.</returns>
    public async Task<string?> BeforeDrainAsync(string leaving, int drained, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_started.IsEmpty)
            {
                await FailuresAsync(cancellationToken).ConfigureAwait(false); // From here on they count.
                return null;
            }

            if (_clear.IsRunning && _clear.Elapsed < Glance)
                return null;
            var clock = Stopwatch.StartNew();
            var last = await WatchAsync(drained, Full, leaving, cancellationToken).ConfigureAwait(false);
            _clear.Restart();
            if (last is not var (instance, share))
                return null;
            if (share <= Full)
                return string.Create(CultureInfo.InvariantCulture, $"waited {clock.Elapsed.TotalSeconds:0.0} s until {instance} had room");
            narrator.Warn("switch", string.Create(CultureInfo.InvariantCulture,
                $"{instance} would need {share:0.00} of a core for its share of {leaving}'s requests too, and Node has one: they may queue"));
            return string.Create(CultureInfo.InvariantCulture, $"waited {clock.Elapsed.TotalSeconds:0.0} s");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Before something else takes a core that they may need.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => WatchAsync(0, Settled, null, cancellationToken);

    /// <returns>The busiest at the last look; null: it was clear at a glance, or there is none.</returns>
    private async Task<(string Instance, double Share)?> WatchAsync(int drained, double enough, string? leaving, CancellationToken cancellationToken)
    {
        var instances = environment.Hosts.Sum(host => host.Instances.Count);
        var clock = Stopwatch.StartNew();
        var before = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (before.Count == 0)
            return null;
        var (least, since) = (double.MaxValue, TimeSpan.Zero);
        for (var pause = Glance; ; pause = Look)
        {
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            var after = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var isFirst = pause == Glance;
            if (InstanceLoad.Busiest(before, after, instances, drained) is not var (instance, share) || (isFirst && share <= Clear))
                return null;
            var fails = leaving is null ? null : await FailuresAsync(cancellationToken).ConfigureAwait(false);
            if (isFirst || fails is not null)
            {
                narrator.Say("switch", string.Create(CultureInfo.InvariantCulture,
                    $"{leaving ?? "the next step"} {(fails is null ? "waits" : "does not wait")} for {instance}, which would need {share:0.00} of a core{(fails is null ? "" : $": {fails}")}"));
            }

            if (fails is not null || (!isFirst && (share <= enough || clock.Elapsed > Limit || (share > least - 0.05 && clock.Elapsed - since > Patience))))
                return (instance, share);
            if (!isFirst && share <= least - 0.05)
                (least, since) = (share, clock.Elapsed);
            before = after;
        }
    }

    /// <returns>That the release which is left fails requests, in words; null: it does not, or nobody asks.</returns>
    private async Task<string?> FailuresAsync(CancellationToken cancellationToken)
    {
        if (Leaving is null)
            return null;
        try
        {
            var now = await Leaving(cancellationToken).ConfigureAwait(false);
            return Failures(_servers ??= now, now, _started.Keys.Select(one => Balancer.ServerName(one.Host.Name, one.Port)));
        }
        catch (OperationException)
        {
            return null; // Whoever changes something there will say it.
        }
    }

    /// <summary>Of requests since the first look, one in a hundred and three at least.</summary>
    /// <param name="started">Servers of the other release.</param>
    internal static string? Failures(IReadOnlyList<ServerState> before, IReadOnlyList<ServerState> now, IEnumerable<string> started)
    {
        var left = now.ExceptBy(started, server => server.Name).Join(before, late => late.Name, early => early.Name,
            (late, early) => (Requests: late.Requests - early.Requests, Failures: late.Failures - early.Failures));
        var (requests, failures) = left.Where(one => one is { Requests: >= 0, Failures: >= 0 }) // Less than before: HAProxy's counters began anew.
            .Aggregate((Requests: 0L, Failures: 0L), (sum, one) => (sum.Requests + one.Requests, sum.Failures + one.Failures));
        return failures >= 3 && failures * 100 >= requests ? $"the release that is left failed {failures} of {requests} requests" : null;
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
}
