using System.Diagnostics;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>The steps that put instances on another release, one instance a step.</summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
public sealed class BackendSwitch(StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, INarrator narrator)
{
    /// <summary>The longest start of an instance until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest wait for requests in flight when an instance is drained.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The longest wait until HAProxy shows an instance in traffic.</summary>
    public TimeSpan TrafficLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Hosts whose instances are out of traffic and stay so when they are taken back: they had been left behind.</summary>
    public IReadOnlySet<string> Behind { get; init; } = new HashSet<string>();

    private readonly HostLayout _layout = new(environment.Releases.Directory);
    private readonly Balancer _looking = new(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);
    private readonly Balancer _changing = new(fence(connect(environment.Balancer.Host)), environment.Balancer.Backend, environment.Balancer.Socket);

    /// <summary>It goes back: an instance that fails one request in a hundred is drained at once, however fast the others have become.</summary>
    public bool IsWayBack { get; init; }

    private InstanceRoom Room => field ??= new(environment, connect, _looking, narrator) { LeavesFailing = IsWayBack };

    /// <summary>Waits while the instances that it has put on another release become faster.</summary>
    internal Task SettleAsync(CancellationToken cancellationToken) => Room.SettleAsync(cancellationToken);

    /// <summary>The release that each instance's link names, by "host:port"; empty: none yet.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RunningAsync(
        StoreEnvironment environment, Func<HostSettings, IHost> connect, CancellationToken cancellationToken)
    {
        var layout = new HostLayout(environment.Releases.Directory);
        var found = await Task.WhenAll(environment.Hosts.Select(async host =>
        {
            var result = await connect(host).RunAsync(ReleaseCommands.Current(layout, host.Instances), null, null, cancellationToken).ConfigureAwait(false);
            return result.OrFail($"The instances of {host.Name} cannot be read", next: $"./build.sh Provision --environment {environment.Name}").Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Select(words => (Key: $"{host.Name}:{words[0]}", Value: words[1].Trim()));
        })).ConfigureAwait(false);
        return found.SelectMany(pairs => pairs).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>The stage that switches every instance, as many at a time as the environment allows; those that get no traffic first, so that the others are not drained alone.</summary>
    /// <param name="target">The release's name.</param>
    /// <param name="previous">What each instance ran before, by "host:port"; empty: nothing.</param>
    public Stage Stage(string target, IReadOnlyDictionary<string, string> previous)
    {
        var instances = environment.Hosts.Sum(host => host.Instances.Count);
        // With nothing running there is no traffic to keep: all instances start at once.
        var parallel = previous.Values.All(name => name.Length == 0) ? instances : MaxUnavailable.Of(environment.Releases.MaxUnavailable, instances);
        return new Stage(parallel, [.. environment.Hosts.SelectMany(host => host.Instances.Select(port => Step(host, port, target, previous[$"{host.Name}:{port}"], drained: parallel)))]) { First = IdleAsync };
    }

    /// <returns>"host:port" of what HAProxy gives no traffic; none when it does not tell.</returns>
    private async Task<IReadOnlySet<string>> IdleAsync(CancellationToken cancellationToken)
    {
        try
        {
            var servers = await _looking.ServersAsync(cancellationToken).ConfigureAwait(false);
            var idle = servers.Where(server => !server.TakesTraffic).Select(server => server.Name).ToHashSet();
            return environment.Hosts.SelectMany(host => host.Instances.Where(port => idle.Contains(Balancer.ServerName(host.Name, port))).Select(port => $"{host.Name}:{port}")).ToHashSet();
        }
        catch (OperationException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>The step that switches one instance.</summary>
    /// <param name="held">It stays out of traffic on the new release: somebody else gives it its share.</param>
    /// <param name="drained">How many instances are out of traffic at once; 0: somebody else has taken its share already.</param>
    internal Step Step(BackendHost settings, int port, string target, string previous, bool held = false, int drained = 0)
    {
        var room = Room; // One for all steps, which run beside each other.
        var fenced = fence(connect(settings));
        var server = Balancer.ServerName(settings.Name, port);
        var behind = Behind.Contains(settings.Name);
        return new Step("switch", $"{settings.Name}:{port}")
        {
            Do = async token =>
            {
                var waited = previous.Length == 0 || drained == 0 ? null : await room.BeforeDrainAsync(settings, port, drained, token).ConfigureAwait(false);
                var clock = Stopwatch.StartNew();
                if (previous.Length > 0)
                    await DrainAsync(server, token).ConfigureAwait(false);
                var idle = clock.Elapsed;
                await StartAsync(fenced, port, target, token).ConfigureAwait(false);
                if (!held)
                    await _changing.ReadyAsync(server, token).ConfigureAwait(false);
                room.Started(settings, port);
                return $"healthy on {target} after {clock.Elapsed.TotalSeconds:0.0} s{(previous.Length > 0 ? $" (drained in {idle.TotalSeconds:0.0} s{(waited is null ? "" : $", {waited}")})" : "")}";
            },
            Verify = held ? null : token => InTrafficAsync(server, token),
            Undo = async token =>
            {
                if (behind)
                    await _changing.MaintainAsync(server, token).ConfigureAwait(false);
                if (previous.Length == 0)
                {
                    await OrFailAsync(fenced, ReleaseCommands.Stop(port), $"{HostLayout.Unit(port)} could not be stopped", token).ConfigureAwait(false);
                    await OrFailAsync(fenced, ReleaseCommands.Disable(port), $"{HostLayout.Unit(port)} could not be disabled", token).ConfigureAwait(false);
                    await OrFailAsync(fenced, ReleaseCommands.Unflip(_layout, port), "the instance's link could not be removed", token).ConfigureAwait(false);
                    return;
                }

                if (!behind)
                    await DrainAsync(server, token).ConfigureAwait(false);
                await StartAsync(fenced, port, previous, token).ConfigureAwait(false);
                if (!behind)
                    await _changing.ReadyAsync(server, token).ConfigureAwait(false);
            },
            VerifyUndone = previous.Length == 0 || behind ? null : token => InTrafficAsync(server, token),
            UndoText = previous.Length == 0 ? "stop the instance" : "switch back",
        };
    }

    private Task StartAsync(IHost fenced, int port, string target, CancellationToken cancellationToken) =>
        OrFailAsync(fenced, ReleaseCommands.Switch(_layout, port, target, InstanceProbe.Of(environment.Api), StartLimit),
            $"{fenced.Name}:{port} did not become healthy on {target} within {StartLimit.TotalSeconds:0} s", cancellationToken,
            $"./build.sh Logs --environment {environment.Name} --instance {fenced.Name}:{port}");

    private async Task<string> InTrafficAsync(string server, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var state = await _looking.ServerAsync(server, cancellationToken).ConfigureAwait(false);
            if (state.TakesTraffic)
                return $"{state.Status.ToLowerInvariant()}, weight {state.Weight}";
            if (clock.Elapsed > TrafficLimit)
                throw new OperationException($"HAProxy does not give {server} traffic", ExitCodes.Engine) { Where = environment.Balancer.Host.Name, Seen = $"{state.Status}, weight {state.Weight}" };
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DrainAsync(string server, CancellationToken cancellationToken)
    {
        var left = await _changing.DrainAsync(server, DrainLimit, cancellationToken).ConfigureAwait(false);
        if (left > 0)
            narrator.Warn("switch", $"{server} still has {left} requests after {DrainLimit.TotalSeconds:0} s; the service's own shutdown ends them");
    }

    private static async Task OrFailAsync(IHost host, ShellCommand command, string failure, CancellationToken cancellationToken, string? next = null) =>
        (await host.RunAsync(command, null, null, cancellationToken).ConfigureAwait(false)).OrFail(failure, next: next);
}
