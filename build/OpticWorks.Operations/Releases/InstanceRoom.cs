using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

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

    /// <summary>Nothing became faster for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(BackendHost Host, int Port), Stopwatch> _started = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Since the last look, which holds for all that are drained together.</summary>
    private readonly Stopwatch _clear = new();

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
            if (_started.IsEmpty || (_clear.IsRunning && _clear.Elapsed < Glance))
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
            if (InstanceLoad.Busiest(before, after, instances, drained) is not var (instance, share))
                return null;
            if (pause == Glance)
            {
                if (share <= Clear)
                    return null;
                narrator.Say("switch", string.Create(CultureInfo.InvariantCulture, $"{leaving ?? "the next step"} waits for {instance}, which would need {share:0.00} of a core"));
            }
            else if (share <= enough || clock.Elapsed > Limit || (share > least - 0.05 && clock.Elapsed - since > Patience))
                return (instance, share);
            else if (share <= least - 0.05)
                (least, since) = (share, clock.Elapsed);
            before = after;
        }
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
