using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>
/// The plan of RestoreBackup: a safety backup, the backup into a new database that is compared, the instances stopped, the databases
/// swapped, the instances started. Until the swap the live database is not touched; after it the old one stays beside it.
/// </summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
/// <param name="open">Connects to the database; each step by itself, because a restore takes long and a resumed one begins anywhere.</param>
/// <param name="bucket">Null, like the wish and the manifest, in a plan that only takes back: no undo reads a backup.</param>
public sealed class RestorePlans(
    StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence,
    Func<CancellationToken, Task<DatabaseSite>> open, BackupBucket? bucket, BackupWish? wish, INarrator narrator)
{
    /// <summary>The longest start of an instance until it answers.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly HostLayout _layout = new(environment.Releases.Directory);

    /// <param name="stamp">Tells this restore's databases from another's; the same when the plan is made again.</param>
    /// <param name="running">The release of each instance that is stopped and started, by "host:port"; empty: none is touched, and the swap
    /// refuses while anybody is connected.</param>
    public Plan Restore(BackupManifest? manifest, string stamp, IReadOnlyDictionary<string, string> running)
    {
        var names = new SwapNames(environment.Database.Name, stamp);
        var instances = environment.Hosts.SelectMany(host => host.Instances.Select(port => (host, port)))
            .Where(instance => running.GetValueOrDefault($"{instance.host.Name}:{instance.port}") is { Length: > 0 }).ToList();
        List<Stage> stages = [new Stage(1, SafetyBackup()), new Stage(1, Fill(manifest, names))];
        if (instances.Count > 0)
            stages.Add(new Stage(instances.Count, [.. instances.Select(instance => Stop(instance.host, instance.port, running))]));
        stages.Add(new Stage(1, Swap(names)));
        if (instances.Count > 0)
            stages.Add(new Stage(instances.Count, [.. instances.Select(instance => Start(instance.host, instance.port, running))]));
        return new Plan("RestoreBackup", environment.Name, stages);
    }

    /// <summary>Of the server that is connected.</summary>
    public static async Task<string> SystemIdentifierAsync(DatabaseSite site, CancellationToken cancellationToken)
    {
        await using var command = site.Database.Source.CreateCommand("select system_identifier::text from pg_control_system()");
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private Step SafetyBackup() => new("backup", environment.Database.Name)
    {
        Do = async token =>
        {
            await using var site = await open(token).ConfigureAwait(false);
            var manifest = await new BackupRun(site, bucket!, narrator).RunAsync(wish!, token).ConfigureAwait(false);
            return $"what is live now is {manifest.Id}";
        },
        NoUndo = "a backup more does no harm",
    };

    private Step Fill(BackupManifest? manifest, SwapNames names) => new("restore", names.New)
    {
        Do = async token =>
        {
            await using var site = await open(token).ConfigureAwait(false);
            // From an earlier try that ended in the middle.
            await DropAsync(site, names.New, token).ConfigureAwait(false);
            await using var target = await ScratchDatabase.CreateAsync(site, names.Family, names.New, narrator, token).ConfigureAwait(false);
            var differences = await new RestoredCopy(site, bucket!, narrator).FillAsync(manifest!, target, "restore", token).ConfigureAwait(false);
            if (differences.Count > 0)
            {
                throw new OperationException($"The restored database is not what {manifest!.Id} holds", ExitCodes.Engine)
                { Where = names.New, Seen = string.Join('\n', differences.Take(20)), Next = "./build.sh ListBackups shows others" };
            }

            await using (var admin = site.Database.Other("postgres"))
            {
                foreach (var difference in await DatabaseProperties.DifferencesAsync(admin, names.Live, names.New, token).ConfigureAwait(false))
                    narrator.Warn("restore", $"no backup holds what {names.Live} itself has: {difference}. Give it to the restored one before shoppers miss it; {names.Before} keeps it");
            }

            target.Keep = true;
            return $"{manifest!.Tables} tables with {manifest.Rows} rows, the same as in {manifest.Id}";
        },
        Undo = async token =>
        {
            await using var site = await open(token).ConfigureAwait(false);
            await DropAsync(site, names.New, token).ConfigureAwait(false);
        },
        UndoText = "drop it",
    };

    private Step Stop(BackendHost settings, int port, IReadOnlyDictionary<string, string> running) => new("stop", $"{settings.Name}:{port}")
    {
        Do = async token =>
        {
            await StopAsync(settings, port, token).ConfigureAwait(false);
            return "";
        },
        Undo = token => StartAsync(settings, port, running, token),
        UndoText = "start again",
    };

    private Step Start(BackendHost settings, int port, IReadOnlyDictionary<string, string> running) => new("start", $"{settings.Name}:{port}")
    {
        Do = async token =>
        {
            await StartAsync(settings, port, running, token).ConfigureAwait(false);
            return "healthy";
        },
        // Before the databases can be swapped back, nobody may be connected.
        Undo = token => StopAsync(settings, port, token),
        UndoText = "stop",
    };

    private Step Swap(SwapNames names) => new("swap", names.Live)
    {
        Do = async token =>
        {
            await using var site = await open(token).ConfigureAwait(false);
            await new DatabaseSwap(site, names).SwapAsync(token).ConfigureAwait(false);
            return $"what was live is {names.Before} and stays";
        },
        Undo = async token =>
        {
            await using var site = await open(token).ConfigureAwait(false);
            await new DatabaseSwap(site, names).SwapBackAsync(token).ConfigureAwait(false);
        },
        UndoText = "swap back",
    };

    private static async Task DropAsync(DatabaseSite site, string name, CancellationToken cancellationToken)
    {
        await using var admin = site.Database.Other("postgres");
        await ScratchDatabase.ExecuteAsync(admin, $"drop database if exists {ScratchDatabase.Quote(name)} with (force)", cancellationToken).ConfigureAwait(false);
    }

    private async Task StopAsync(BackendHost settings, int port, CancellationToken cancellationToken) =>
        (await fence(connect(settings)).RunAsync(ReleaseCommands.Stop(port), null, null, cancellationToken).ConfigureAwait(false)).OrFail($"{HostLayout.Unit(port)} could not be stopped");

    private async Task StartAsync(BackendHost settings, int port, IReadOnlyDictionary<string, string> running, CancellationToken cancellationToken)
    {
        var proof = await fence(connect(settings)).RunAsync(
            ReleaseCommands.Switch(_layout, port, running[$"{settings.Name}:{port}"], InstanceProbe.Of(environment.Api), StartLimit), null, null, cancellationToken).ConfigureAwait(false);
        proof.OrFail($"{settings.Name}:{port} did not become healthy within {StartLimit.TotalSeconds:0} s",
            next: $"./build.sh Logs --environment {environment.Name} --instance {settings.Name}:{port}");
    }
}
