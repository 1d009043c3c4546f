using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>Puts a release on every backend instance: staged everywhere, migrated once, then switched instance by instance.</summary>
/// <param name="connect">A host as its deploy user.</param>
/// <param name="variables">The release's configuration, secrets among it; written on the hosts only (0600).</param>
public sealed class BackendDeployment(
    StoreEnvironment environment,
    Func<HostSettings, IHost> connect,
    ArtifactManifest artifact,
    ArtifactFolder folder,
    ReleaseId release,
    IReadOnlyDictionary<string, string> variables,
    INarrator narrator)
{
    /// <summary>The longest start of an instance until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait for requests in flight when an instance is drained.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The longest a migration may take.</summary>
    public TimeSpan MigrateLimit { get; init; } = TimeSpan.FromMinutes(10);

    private readonly HostLayout _layout = new(environment.Releases.Directory);
    private readonly Balancer _balancer = new(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);

    /// <summary>The plan, after a look at what runs where.</summary>
    public async Task<Plan> PlanAsync(CancellationToken cancellationToken)
    {
        var running = await RunningAsync(cancellationToken).ConfigureAwait(false);
        var first = running.Values.All(current => current is null);
        var instances = environment.Hosts.SelectMany(host => host.Instances.Select(port => (host, port))).ToArray();
        var text = EnvironmentText.Write(variables);
        return new Plan("DeployBackend", environment.Name,
        [
            new Stage(environment.Hosts.Count, [.. environment.Hosts.Select(host => Stage(host, text))]),
            new Stage(1, Migrate(environment.Hosts[0])),
            // With nothing running there is no traffic to keep: all instances start at once.
            new Stage(first ? instances.Length : 1, [.. instances.Select(at => Switch(at.host, at.port, running[(at.host.Name, at.port)]))]),
        ]);
    }

    /// <summary>The release that each instance's link names; null: none yet.</summary>
    public async Task<IReadOnlyDictionary<(string Host, int Port), string?>> RunningAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(environment.Hosts.SelectMany(host => host.Instances.Select(async port =>
        {
            var result = await connect(host).RunAsync(ReleaseCommands.Current(_layout, port), null, null, cancellationToken).ConfigureAwait(false);
            var name = result.OrFail($"The instance {host.Name}:{port} cannot be read", next: $"./build.sh Provision --environment {environment.Name}").Output.Trim();
            return (Key: (host.Name, port), Value: name.Length == 0 ? null : name);
        }))).ConfigureAwait(false);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    private Step Stage(BackendHost settings, string environmentText)
    {
        var host = connect(settings);
        var path = _layout.Release(release);
        return new Step("stage", settings.Name)
        {
            Do = async token =>
            {
                var layer = artifact.Layer;
                var fresh = !(await host.RunAsync(ReleaseCommands.Exists(_layout.Layer(layer.Content)), null, null, token).ConfigureAwait(false)).Succeeded;
                if (fresh)
                    await UnpackAsync(host, layer, _layout.Layer(layer.Content), token).ConfigureAwait(false);
                await UnpackAsync(host, artifact.Backend, path, token).ConfigureAwait(false);
                using var input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(environmentText));
                var furnished = await host.RunAsync(ReleaseCommands.Furnish(_layout, release, layer.Content), input, null, token).ConfigureAwait(false);
                furnished.OrFail($"The release could not be completed on {host.Name}");
                return fresh ? $"with its dependencies, {(artifact.Backend.Length + layer.Length) / 1048576.0:0.0} MiB" : $"{artifact.Backend.Length / 1048576.0:0.0} MiB, dependencies unchanged";
            },
            Undo = async token => (await host.RunAsync(ReleaseCommands.Remove(path), null, null, token).ConfigureAwait(false)).OrFail($"{path} could not be removed"),
            UndoText = "remove staged release",
        };
    }

    private async Task UnpackAsync(IHost host, ArtifactPart part, string path, CancellationToken cancellationToken)
    {
        await using var archive = File.OpenRead(folder.ArchivePath(part));
        var result = await host.RunAsync(ReleaseCommands.Unpack(path, part.File), archive, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{part.Kind} could not be unpacked on {host.Name}", next: "df -h on that host; ./build.sh Provision");
    }

    private Step Migrate(BackendHost settings)
    {
        var host = connect(settings);
        return new Step("migrate", environment.Database.Name)
        {
            Do = async token =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
                limit.CancelAfter(MigrateLimit);
                var result = await host.RunAsync(ReleaseCommands.Medusa(_layout, release, "db:migrate", "--execute-safe-links"), null,
                    line => narrator.Detail("migrate", line), limit.Token).ConfigureAwait(false);
                result.OrFail($"The migration of {environment.Database.Name} failed", next: $"./build.sh MigrationStatus --environment {environment.Name}");
                return $"applied, {result.Duration.TotalSeconds:0.0} s";
            },
            NoUndo = "expand migrations stay",
        };
    }

    private Step Switch(BackendHost settings, int port, string? previous)
    {
        var host = connect(settings);
        var server = Balancer.ServerName(settings.Name, port);
        return new Step("switch", $"{settings.Name}:{port}")
        {
            Do = async token =>
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                if (previous is not null)
                    await DrainAsync(server, token).ConfigureAwait(false);
                await StartAsync(host, port, release.Text, token).ConfigureAwait(false);
                (await host.RunAsync(ReleaseCommands.Enable(port), null, null, token).ConfigureAwait(false)).OrFail($"{HostLayout.Unit(port)} could not be enabled");
                await _balancer.ReadyAsync(server, token).ConfigureAwait(false);
                return $"healthy on {release} after {clock.Elapsed.TotalSeconds:0.0} s";
            },
            Undo = async token =>
            {
                if (previous is null)
                {
                    (await host.RunAsync(ReleaseCommands.Stop(port), null, null, token).ConfigureAwait(false)).OrFail($"{HostLayout.Unit(port)} could not be stopped");
                    (await host.RunAsync(ReleaseCommands.Disable(port), null, null, token).ConfigureAwait(false)).OrFail($"{HostLayout.Unit(port)} could not be disabled");
                    (await host.RunAsync(ReleaseCommands.Unflip(_layout, port), null, null, token).ConfigureAwait(false)).OrFail("the instance's link could not be removed");
                    return;
                }

                await StartAsync(host, port, previous, token).ConfigureAwait(false);
                await _balancer.ReadyAsync(server, token).ConfigureAwait(false);
            },
            UndoText = previous is null ? "stop the instance" : "switch back",
        };
    }

    private async Task StartAsync(IHost host, int port, string target, CancellationToken cancellationToken)
    {
        (await host.RunAsync(ReleaseCommands.Flip(_layout, port, target), null, null, cancellationToken).ConfigureAwait(false)).OrFail("the instance's link could not be set");
        (await host.RunAsync(ReleaseCommands.Restart(port), null, null, cancellationToken).ConfigureAwait(false)).OrFail($"{HostLayout.Unit(port)} could not be restarted");
        var proof = await host.RunAsync(ReleaseCommands.Prove(_layout, port, target, environment.Api.Health, StartLimit), null, null, cancellationToken).ConfigureAwait(false);
        proof.OrFail($"{host.Name}:{port} did not become healthy on {target} within {StartLimit.TotalSeconds:0} s");
    }

    private async Task DrainAsync(string server, CancellationToken cancellationToken)
    {
        await _balancer.DrainAsync(server, cancellationToken).ConfigureAwait(false);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var state = (await _balancer.ServersAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(row => row.Name == server)
                ?? throw new OperationException($"HAProxy knows no server {server}", ExitCodes.Engine) { Next = $"./build.sh Provision --environment {environment.Name}" };
            if (state.Sessions == 0)
                return;
            if (clock.Elapsed > DrainLimit)
            {
                narrator.Warn("switch", $"{server} still has {state.Sessions} requests after {DrainLimit.TotalSeconds:0} s; the service's own shutdown ends them");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }
    }
}
