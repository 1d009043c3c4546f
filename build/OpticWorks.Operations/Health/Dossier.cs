using System.Globalization;
using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Health;

/// <summary>Everything that a person wants to see after a failure, collected while it can still be seen.</summary>
public static class Dossier
{
    /// <summary>The longest wait for one part. All parts are asked for at once, so this is about the longest wait for all.</summary>
    public static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(10);

    /// <summary>What a part begins with that could not be had.</summary>
    internal const string Missing = "could not be had: ";

    /// <summary>Collects units, logs, health, sockets, disk, memory and HAProxy's row of every affected host, and the state of the balancer
    /// and the database host. What cannot be had says why in its place; nothing of it is a failure.</summary>
    /// <param name="connect">A host as its deploy user.</param>
    /// <param name="affected">The backend hosts that the failure is about.</param>
    /// <param name="why">What failed, as people are told.</param>
    /// <param name="since">Logs begin here, by the hosts' clocks.</param>
    /// <param name="scrub">Takes secrets out of a text.</param>
    /// <returns>A whole HTML page.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<string> CollectAsync(
        StoreEnvironment environment, Func<HostSettings, IHost> connect, IReadOnlyCollection<BackendHost> affected,
        string title, string why, DateTimeOffset since, Func<string, string> scrub, CancellationToken cancellationToken)
    {
        var balancer = environment.Balancer.Host;
        var database = environment.Database.Host;
        string[] databaseUnits =
        [
            .. environment.Database.Managed ? [DatabaseRole.Unit] : Array.Empty<string>(),
            .. environment.Redis.HostName == database.Name ? ["redis-server.service"] : Array.Empty<string>(),
        ];
        IEnumerable<Task<DossierPart>> parts =
        [
            .. affected.SelectMany(Affected),
            Ask(balancer, $"{BalancerRole.Unit}", DossierCommands.Status(BalancerRole.Unit)),
            Part(balancer, "HAProxy's servers", async token => Rows(await StatisticsAsync(token).ConfigureAwait(false), environment.Balancer.Backend, null)),
            Ask(balancer, "disk", DossierCommands.Disk),
            Ask(balancer, "memory", DossierCommands.Memory),
            .. databaseUnits.Length > 0 ? [Ask(database, string.Join(", ", databaseUnits), DossierCommands.Status(databaseUnits))] : Array.Empty<Task<DossierPart>>(),
            Ask(database, "disk", DossierCommands.Disk),
            Ask(database, "memory", DossierCommands.Memory),
        ];
        return DossierPage.Html(title, why, since, DateTimeOffset.Now, await Task.WhenAll(parts).ConfigureAwait(false), scrub);

        IEnumerable<Task<DossierPart>> Affected(BackendHost host) =>
        [
            Ask(host, "units", DossierCommands.Status([.. host.Instances.Select(HostLayout.Unit)])),
            Part(host, "health", async token => Health(host, await AskAsync(host, HealthCommands.Look(
                new HostLayout(environment.Releases.Directory), host.Instances, environment.Api.Health, PartLimit / 2), token).ConfigureAwait(false))),
            Part(host, "HAProxy", async token => Rows(await StatisticsAsync(token).ConfigureAwait(false), environment.Balancer.Backend,
                [.. host.Instances.Select(port => Balancer.ServerName(host.Name, port))])),
            Ask(host, "log", DossierCommands.Journal(host.Instances, since)),
            Ask(host, "failed units", DossierCommands.FailedUnits),
            Ask(host, "sockets", DossierCommands.Sockets),
            Ask(host, "disk", DossierCommands.Disk),
            Ask(host, "memory", DossierCommands.Memory),
        ];

        Task<string> StatisticsAsync(CancellationToken token) =>
            AskAsync(balancer, BalancerCommands.Ask(environment.Balancer.Socket, $"show stat {environment.Balancer.Backend} 4 -1"), token);

        async Task<string> AskAsync(HostSettings host, ShellCommand command, CancellationToken token) =>
            (await connect(host).RunAsync(command, null, null, token).ConfigureAwait(false)).OrFail("the command failed").Output;

        Task<DossierPart> Ask(HostSettings host, string name, ShellCommand command) => Part(host, name, token => AskAsync(host, command, token));

        async Task<DossierPart> Part(HostSettings host, string name, Func<CancellationToken, Task<string>> ask)
        {
            var answer = await Limit.TryAsync(PartLimit, ask, cancellationToken).ConfigureAwait(false);
            var text = answer.Value is { } seen ? seen.Trim('\n') is { Length: > 0 } some ? some : "(nothing)" : Missing + answer.Problem;
            return new DossierPart(host.Name, name, text);
        }
    }

    /// <summary>Writes the page as <c>dossier-RELEASE.html</c>, readable by its owner only.</summary>
    /// <param name="directory">For example the checkout's folder "artifacts"; made when it is not there.</param>
    /// <returns>The file's path.</returns>
    public static async Task<string> WriteAsync(string directory, string release, string html, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var name = string.Concat(release.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        var path = Path.Combine(directory, $"dossier-{name}.html");
        var part = path + ".part";
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var writer = new StreamWriter(part, new UTF8Encoding(false), options))
            await writer.WriteAsync(html.AsMemory(), cancellationToken).ConfigureAwait(false);
        File.Move(part, path, overwrite: true);
        return path;
    }

    private static string Health(BackendHost host, string output) =>
        string.Join('\n', InstanceLook.Read(output).OrderBy(at => at.Key).Select(at => string.Create(CultureInfo.InvariantCulture,
            $"{host.Name}:{at.Key}  {at.Value.Unit}, {at.Value.Restarts} restarts, link {at.Value.Release ?? "none"}; {at.Value.Health.Explain()}")));

    /// <summary>Servers of HAProxy's statistics with every column that holds something.</summary>
    /// <param name="servers">Only these; null: all.</param>
    internal static string Rows(string csv, string backend, IReadOnlyCollection<string>? servers)
    {
        var known = ServerState.Read(csv, backend).Select(row => row.Name).Where(name => servers?.Contains(name) ?? true).ToHashSet();
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var columns = lines[0].TrimStart('#', ' ').Split(',');
        return string.Join("\n\n", lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells.Length > 1 && known.Contains(cells[1]))
            .Select(cells => string.Join("  ", columns.Zip(cells).Where(pair => pair.Second.Length > 0).Select(pair => $"{pair.First}={pair.Second}"))));
    }
}
