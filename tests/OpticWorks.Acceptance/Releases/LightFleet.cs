using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Acceptance.Releases;

/// <summary>
/// Real machines with systemd, sshd and HAProxy whose backend is the light one: where only release mechanics are under test. Another process (an operator
/// that a test kills) makes the same of the same state folder.
/// </summary>
internal sealed class LightFleet(LocalEnvironment local, int hosts, INarrator narrator)
{
    /// <summary>Short, so that a takeover does not wait long; long enough for a busy computer.</summary>
    public static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(2));

    private SshOptions? _ssh;
    private readonly SshConnections _connections = new();

    /// <summary>What every connection goes through; a fault, for example.</summary>
    public Func<IHost, IHost> Wrap { get; init; } = host => host;

    /// <summary>Who hears of its operations.</summary>
    public IOperationObserver Observer { get; set; } = NoObserver.Instance;

    public LocalEnvironment Local => local;

    public ArtifactFolder Artifacts { get; } = new(Path.Combine(Path.GetDirectoryName(local.StateDirectory)!, "artifacts"));

    public StoreEnvironment Environment { get; private set; } = null!;

    public ReleaseBook Book => new(Connect(Environment.Balancer.Host));

    public Balancer Balancer => new(Connect(Environment.Balancer.Host), Environment.Balancer.Backend, Environment.Balancer.Socket);

    /// <summary>lb and api-1 to api-N.</summary>
    public static IReadOnlyList<MachineSpec> Machines(int hosts) =>
        [new("lb", 10), .. Enumerable.Range(1, hosts).Select(number => new MachineSpec($"api-{number}", 10 + number))];

    public async Task ConnectAsync()
    {
        var client = await TestTools.In(LocalPlace.Cache)(PinnedProgram.OpenSsh, CancellationToken.None);
        _ssh = new SshOptions(client, local.KnownHosts, local.IdentityFile, SshOptions.DefaultControlDirectory());
        Environment = Describe();
    }

    /// <summary>Starts the machines and prepares them as Provision does.</summary>
    public async Task UpAsync()
    {
        await local.UpAsync();
        await ConnectAsync();
        var node = await TestTools.In(LocalPlace.Cache)(PinnedProgram.Node, CancellationToken.None);
        var provisioner = new Provisioner(Environment, host => _connections.Connect(host, host.ProvisionUser, _ssh!), _ => "secret",
            node.Path, node.Version.TrimStart('v'), await File.ReadAllTextAsync(local.IdentityFile + ".pub"), narrator);
        await provisioner.ApplyAsync(await provisioner.PlanAsync(CancellationToken.None), CancellationToken.None);
    }

    public IHost Connect(HostSettings host) => Wrap(_connections.Connect(host, host.User, _ssh!));

    public Task<HostResult> AsRootAsync(HostSettings host, string script) => _connections.Connect(host, host.ProvisionUser, _ssh!).RunAsync(ShellCommand.Script(script));

    public Task CloseAsync() => _connections.DisposeAsync().AsTask();

    public FleetOperation Operation(IReadOnlySet<string>? without = null) => new(Connect(Environment.Balancer.Host),
        [.. Environment.Hosts.Where(host => without?.Contains(host.Name) != true).Select(host => Connect(host))], "light", "mara", Terms, text => text, narrator)
    { Observer = Observer };

    public async Task<ReleaseId> DeployAsync(ArtifactManifest artifact, ReleaseId release, LeaseWish? wish = null, LeftOut? leftOut = null, CancellationToken interrupt = default)
    {
        var left = leftOut ?? LeftOut.Nobody;
        await Operation(left.Skipped).RunAsync("DeployBackend", "a test", wish ?? new LeaseWish(),
            async token => new PlanSource(release.Text, new Dictionary<string, string>(
                [.. await BackendSwitch.RunningAsync(LeftOut.Without(Environment, left.Skipped), Connect, token), .. left.Write()])
            { ["artifact"] = artifact.Digest }),
            (source, fence, _) => Task.FromResult(Plan("DeployBackend", source.Release, source.Parameters, fence)), interrupt, CancellationToken.None);
        return release;
    }

    public Task RollBackAsync(ReleaseId target, CancellationToken interrupt = default) => Operation().RunAsync("Rollback", "a test", new LeaseWish { EvenIfFrozen = true },
        async token =>
        {
            var running = await BackendSwitch.RunningAsync(Environment, Connect, token);
            return new PlanSource(target.Text, new Dictionary<string, string>([.. running, .. BadNotes.Write(await Book.ReadAsync(token), [.. running.Values, target.Text])]) { ["reason"] = "a test" });
        },
        (source, fence, _) => Task.FromResult(Plan("Rollback", source.Release, source.Parameters, fence)), interrupt, CancellationToken.None);

    /// <returns>False: nothing was unfinished.</returns>
    public async Task<bool> ResumeAsync(ResumeWay way, CancellationToken interrupt = default)
    {
        if (await Operation().UnfinishedAsync(CancellationToken.None) is not { Header: { } header } state)
            return false;
        await Operation(LeftOut.Read(header.Parameters).Skipped).ResumeAsync(state, state.Remaining == Remaining.ContinueOrUndo ? way : ResumeWay.Undo, new LeaseWish { Wait = TimeSpan.FromMinutes(1) },
            (found, fence, _) => Task.FromResult(Plan(found.Kind, found.Release, found.Parameters, fence)), interrupt, CancellationToken.None);
        return true;
    }

    /// <summary>The plan that a journal's header means, as the program itself makes it.</summary>
    public Plan Plan(string kind, string release, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence)
    {
        var plans = new BackendPlans(Environment, Connect, fence, "mara", narrator)
        { LeftOut = LeftOut.Read(parameters), StartLimit = TimeSpan.FromSeconds(30), TrialLimit = TimeSpan.FromSeconds(30) };
        var previous = parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);
        var id = ReleaseId.Parse(release);
        return kind == "Rollback"
            ? plans.Rollback(id, parameters["reason"], previous, BadNotes.Read(parameters))
            : plans.Deploy(id, Artifacts.Find(parameters["artifact"])!, Artifacts, BackendVariables.Of(Environment, id, _ => "secret"), previous,
                Migrate(fence(Connect(LeftOut.Without(Environment, LeftOut.Read(parameters).Skipped).Hosts[0])), id));
    }

    /// <summary>In the place of a migration: the light backend's own db:migrate, without a database.</summary>
    /// <param name="host">The host that migrates, behind its fence.</param>
    public Stage Migrate(IHost host, ReleaseId release) => new(1, new Step("migrate", Environment.Database.Name)
    {
        Do = async token =>
        {
            var result = await host.RunAsync(ReleaseCommands.Medusa(new HostLayout(Environment.Releases.Directory), release, "db:migrate", "--execute-safe-links"), null, null, token);
            result.OrFail("The migration failed");
            return "applied";
        },
        NoUndo = "expand migrations stay",
    });

    /// <summary>The release of every instance by its link, what it answers, and what HAProxy gives it; one line, and one value when all agree.</summary>
    public async Task<IReadOnlyList<string>> StateAsync()
    {
        var links = await BackendSwitch.RunningAsync(Environment, Connect, CancellationToken.None);
        var rows = (await Balancer.ServersAsync(CancellationToken.None)).ToDictionary(row => row.Name);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var found = new List<string>();
        foreach (var host in Environment.Hosts)
        {
            foreach (var port in host.Instances)
            {
                var row = rows[Balancer.ServerName(host.Name, port)];
                found.Add($"{links[$"{host.Name}:{port}"]} answers {await AnswerAsync(host, port)}, {(row.IsUp ? "up" : row.Status)}, weight {row.Weight}");
            }
        }

        return [.. found.Distinct()];

        async Task<string> AnswerAsync(BackendHost host, int port)
        {
            try
            {
                using var response = await client.GetAsync($"http://{host.Address}:{port}/health");
                return response.Headers.TryGetValues("x-release", out var names) ? names.First() : $"{(int)response.StatusCode}";
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return "nothing";
            }
        }
    }

    /// <summary>What <see cref="StateAsync"/> says when every instance serves a release.</summary>
    public static IReadOnlyList<string> All(ReleaseId release) => [$"{release} answers {release}, up, weight 100"];

    private StoreEnvironment Describe() => new()
    {
        Name = "light",
        KnownHosts = local.KnownHosts,
        IdentityFile = local.IdentityFile,
        Storefront = new() { Url = new Uri("http://localhost"), Worker = "storefront" },
        Api = new() { Url = new Uri($"http://{local.Lookup("lb")}:8080"), Reads = ["/read"] },
        Hosts = [.. Enumerable.Range(1, hosts).Select(number => new BackendHost
        {
            Name = $"api-{number}",
            Address = local.Lookup($"api-{number}")!,
            Instances = hosts > 2 ? [9001] : [9001, 9002],
        })],
        Balancer = new() { Host = new() { Name = "lb", Address = local.Lookup("lb")! }, Backend = "medusa" },
        Database = new() { Host = new() { Name = "lb", Address = local.Lookup("lb")! }, Name = "none", User = "none", Password = new(SecretSource.Env, "P"), Managed = false },
        Redis = new() { Address = "127.0.0.1:6379", Password = new(SecretSource.Env, "P") },
        Artifacts = new() { Bucket = "artifacts" },
        Backups = new() { Endpoint = new Uri("http://localhost"), Bucket = "backups", AccessKey = new(SecretSource.Env, "P"), SecretKey = new(SecretSource.Env, "P") },
        Stripe = new() { Mode = StripeMode.Test },
    };
}
