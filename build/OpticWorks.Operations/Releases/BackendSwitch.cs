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
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait for requests in flight when an instance is drained.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The longest wait until HAProxy shows an instance in traffic.</summary>
    public TimeSpan TrafficLimit { get; init; } = TimeSpan.FromSeconds(10);

    private readonly HostLayout _layout = new(environment.Releases.Directory);
    private readonly Balancer _looking = new(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);
    private readonly Balancer _changing = new(fence(connect(environment.Balancer.Host)), environment.Balancer.Backend, environment.Balancer.Socket);

    /// <summary>The release that each instance's link names, by "host:port"; empty: none yet.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RunningAsync(
        StoreEnvironment environment, Func<HostSettings, IHost> connect, CancellationToken cancellationToken)
    {
        var layout = new HostLayout(environment.Releases.Directory);
        var found = await Task.WhenAll(environment.Hosts.SelectMany(host => host.Instances.Select(async port =>
        {
            var result = await connect(host).RunAsync(ReleaseCommands.Current(layout, port), null, null, cancellationToken).ConfigureAwait(false);
            return (Key: $"{host.Name}:{port}",
                Value: result.OrFail($"The instance {host.Name}:{port} cannot be read", next: $"./build.sh Provision --environment {environment.Name}").Output.Trim());
        }))).ConfigureAwait(false);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>The stage that switches every instance, as many at a time as the environment allows.</summary>
    /// <param name="target">The release's name.</param>
    /// <param name="previous">What each instance ran before, by "host:port"; empty: nothing.</param>
    public Stage Stage(string target, IReadOnlyDictionary<string, string> previous)
    {
        var steps = environment.Hosts.SelectMany(host => host.Instances.Select(port => Step(host, port, target, previous[$"{host.Name}:{port}"]))).ToArray();
        // With nothing running there is no traffic to keep: all instances start at once.
        var parallel = previous.Values.All(name => name.Length == 0) ? steps.Length : MaxUnavailable.Of(environment.Releases.MaxUnavailable, steps.Length);
        return new Stage(parallel, steps);
    }

    private Step Step(BackendHost settings, int port, string target, string previous)
    {
        var host = connect(settings);
        var fenced = fence(host);
        var server = Balancer.ServerName(settings.Name, port);
        return new Step("switch", $"{settings.Name}:{port}")
        {
            Do = async token =>
            {
                var clock = Stopwatch.StartNew();
                if (previous.Length > 0)
                    await DrainAsync(server, token).ConfigureAwait(false);
                var drained = clock.Elapsed;
                await StartAsync(host, fenced, port, target, token).ConfigureAwait(false);
                await OrFailAsync(fenced, ReleaseCommands.Enable(port), $"{HostLayout.Unit(port)} could not be enabled", token).ConfigureAwait(false);
                await _changing.ReadyAsync(server, token).ConfigureAwait(false);
                return $"healthy on {target} after {clock.Elapsed.TotalSeconds:0.0} s{(previous.Length > 0 ? $" (drained in {drained.TotalSeconds:0.0} s)" : "")}";
            },
            Verify = token => InTrafficAsync(server, token),
            Undo = async token =>
            {
                if (previous.Length == 0)
                {
                    await OrFailAsync(fenced, ReleaseCommands.Stop(port), $"{HostLayout.Unit(port)} could not be stopped", token).ConfigureAwait(false);
                    await OrFailAsync(fenced, ReleaseCommands.Disable(port), $"{HostLayout.Unit(port)} could not be disabled", token).ConfigureAwait(false);
                    await OrFailAsync(fenced, ReleaseCommands.Unflip(_layout, port), "the instance's link could not be removed", token).ConfigureAwait(false);
                    return;
                }

                await StartAsync(host, fenced, port, previous, token).ConfigureAwait(false);
                await _changing.ReadyAsync(server, token).ConfigureAwait(false);
            },
            VerifyUndone = previous.Length == 0 ? null : token => InTrafficAsync(server, token),
            UndoText = previous.Length == 0 ? "stop the instance" : "switch back",
        };
    }

    private async Task StartAsync(IHost host, IHost fenced, int port, string target, CancellationToken cancellationToken)
    {
        await OrFailAsync(fenced, ReleaseCommands.Flip(_layout, port, target), "the instance's link could not be set", cancellationToken).ConfigureAwait(false);
        await OrFailAsync(fenced, ReleaseCommands.Restart(port), $"{HostLayout.Unit(port)} could not be restarted", cancellationToken).ConfigureAwait(false);
        var proof = await host.RunAsync(ReleaseCommands.Prove(_layout, port, target, environment.Api.Health, StartLimit), null, null, cancellationToken).ConfigureAwait(false);
        proof.OrFail($"{host.Name}:{port} did not become healthy on {target} within {StartLimit.TotalSeconds:0} s",
            next: $"./build.sh Logs --environment {environment.Name} --instance {host.Name}:{port}");
    }

    private async Task<string> InTrafficAsync(string server, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var state = await StateAsync(server, cancellationToken).ConfigureAwait(false);
            if (state.IsUp && state.Weight > 0)
                return $"{state.Status.ToLowerInvariant()}, weight {state.Weight}";
            if (clock.Elapsed > TrafficLimit)
                throw new OperationException($"HAProxy does not give {server} traffic", ExitCodes.Engine) { Where = environment.Balancer.Host.Name, Seen = $"{state.Status}, weight {state.Weight}" };
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ServerState> StateAsync(string server, CancellationToken cancellationToken) =>
        (await _looking.ServersAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(row => row.Name == server)
        ?? throw new OperationException($"HAProxy knows no server {server}", ExitCodes.Engine) { Where = environment.Balancer.Host.Name, Next = $"./build.sh Provision --environment {environment.Name}" };

    private async Task DrainAsync(string server, CancellationToken cancellationToken)
    {
        await _changing.DrainAsync(server, cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        while ((await StateAsync(server, cancellationToken).ConfigureAwait(false)).Sessions is var sessions and > 0)
        {
            if (clock.Elapsed > DrainLimit)
            {
                narrator.Warn("switch", $"{server} still has {sessions} requests after {DrainLimit.TotalSeconds:0} s; the service's own shutdown ends them");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task OrFailAsync(IHost host, ShellCommand command, string failure, CancellationToken cancellationToken) =>
        (await host.RunAsync(command, null, null, cancellationToken).ConfigureAwait(false)).OrFail(failure);
}
