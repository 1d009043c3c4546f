using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Releases;

/// <summary>The plans of DeployBackend and Rollback, made of what their journal's header holds, so that any machine makes the same one.</summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
public sealed class BackendPlans(StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, string owner, INarrator narrator)
{
    /// <summary>Hosts that were left out before or are left out now.</summary>
    public LeftOut LeftOut { get; init; } = LeftOut.Nobody;

    private StoreEnvironment Fleet => LeftOut.Without(environment, LeftOut.Skipped);

    private BackendSwitch Switch => new(Fleet, connect, fence, narrator) { Behind = LeftOut.Behind, StartLimit = StartLimit };

    /// <summary>The longest start of an instance until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest start of a release on trial.</summary>
    public TimeSpan TrialLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A port that no instance has; releases are tried on it.</summary>
    public const int TrialPort = 19100;

    private readonly HostLayout _layout = new(environment.Releases.Directory);
    private readonly ReleaseBook _book = new(connect(environment.Balancer.Host));

    private IHost Control => fence(connect(environment.Balancer.Host));

    /// <summary>Stages a release everywhere, migrates once, switches, looks through HAProxy, remembers it, proves the way back and
    /// prunes.</summary>
    /// <param name="previous">What each instance ran before, by "host:port"; empty: nothing.</param>
    /// <param name="variables">The release's configuration; null: only to be taken back.</param>
    /// <param name="migrate">Migrates the release once it is staged.</param>
    public Plan Deploy(
        ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, IReadOnlyDictionary<string, string> previous, Stage migrate) =>
        new("DeployBackend", environment.Name, Stages(release, artifact, folder, variables, previous, migrate).All);

    /// <summary>The same in parts, between which Release has others.</summary>
    /// <inheritdoc cref="Deploy"/>
    public BackendStages Stages(
        ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, IReadOnlyDictionary<string, string> previous, Stage migrate) =>
        new([.. Before(release, artifact, folder, variables, migrate)], [Switch.Stage(release.Text, previous)], [], [.. After(release, artifact, previous)]);

    /// <summary>What comes before instances are switched: the release is on every host, and the database is migrated.</summary>
    internal IEnumerable<Stage> Before(ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, Stage migrate)
    {
        var text = variables is null ? "" : EnvironmentText.Write(variables);
        var hosts = Fleet.Hosts;
        if (LeftOut.Skipped.Count > 0)
            yield return new Stage(1, [.. environment.Hosts.Where(host => LeftOut.Skipped.Contains(host.Name)).Select(host => LeaveOut(host, release))]);
        yield return new Stage(hosts.Count, [.. hosts.Select(host => Stage(host, release, artifact, folder, text))]);
        yield return migrate;
    }

    /// <summary>What comes after every instance is switched.</summary>
    internal IEnumerable<Stage> After(ReleaseId release, ArtifactManifest artifact, IReadOnlyDictionary<string, string> previous)
    {
        var hosts = Fleet.Hosts;
        var old = previous.Where(pair => !LeftOut.Behind.Contains(pair.Key.Split(':')[0])).Select(pair => pair.Value).FirstOrDefault(name => name.Length > 0);
        yield return new Stage(1, Smoke(reads: old is not null));
        yield return new Stage(1, Record(new ReleaseRecord(release.Text, artifact.Digest, artifact.Layer.Content, artifact.Commit, owner, DateTimeOffset.UtcNow, ReleaseState.Good)));
        var caughtUp = hosts.Where(host => LeftOut.Behind.Contains(host.Name)).Select(host => CatchUp(host, release)).ToArray();
        if (caughtUp.Length > 0)
            yield return new Stage(1, caughtUp);
        if (old is not null)
            yield return new Stage(1, ProveWayBack(ReleaseId.Parse(old)));
        Task<IReadOnlyList<ReleaseRecord>>? records = null; // Read once for all hosts.
        yield return new Stage(hosts.Count, [.. hosts.Select(host => Prune(host, release, previous, token => records ??= _book.ReadAsync(token)))]);
    }

    /// <summary>Stages a release on the host that migrates, and migrates it there, without switching anything.</summary>
    public Plan Migrate(ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, Stage migrate) => new("Migrate", environment.Name,
        [new Stage(1, Stage(environment.Hosts[0], release, artifact, folder, variables is null ? "" : EnvironmentText.Write(variables))), migrate]);

    /// <summary>Switches every instance back to a release that is still on the hosts, and marks the one that was left.</summary>
    /// <param name="storefront">What takes the storefront back first: the new one was last to come.</param>
    public Plan Rollback(ReleaseId target, string reason, IReadOnlyDictionary<string, string> previous, params IEnumerable<Stage> storefront)
    {
        List<Stage> stages = [.. storefront, Switch.Stage(target.Text, previous), new Stage(1, Smoke(reads: true))];
        foreach (var left in previous.Values.Where(name => name.Length > 0 && name != target.Text).Distinct())
            stages.Add(new Stage(1, Mark(ReleaseId.Parse(left), reason)));
        return new Plan("Rollback", environment.Name, stages);
    }

    /// <summary>A host that cannot be reached gets no traffic until a deployment has caught it up.</summary>
    private Step LeaveOut(BackendHost settings, ReleaseId release)
    {
        var balancer = new Balancer(Control, environment.Balancer.Backend, environment.Balancer.Socket);
        var servers = settings.Instances.Select(port => Balancer.ServerName(settings.Name, port)).ToArray();
        var behind = LeftOut.Behind.Contains(settings.Name);
        return new Step("leave out", settings.Name)
        {
            Do = async token =>
            {
                foreach (var server in servers)
                    await balancer.MaintainAsync(server, token).ConfigureAwait(false);
                await BehindHosts.MarkAsync(Control, settings.Name, release, token).ConfigureAwait(false);
                return $"out of traffic until a deployment reaches it";
            },
            Undo = behind ? null : async token =>
            {
                await BehindHosts.UnmarkAsync(Control, settings.Name, token).ConfigureAwait(false);
                foreach (var server in servers)
                    await balancer.ReturnAsync(server, token).ConfigureAwait(false);
            },
            NoUndo = behind ? "it was left out before" : null,
            UndoText = "back to the health checks",
        };
    }

    private Step CatchUp(BackendHost settings, ReleaseId release) => new("caught up", settings.Name)
    {
        Do = async token =>
        {
            await BehindHosts.UnmarkAsync(Control, settings.Name, token).ConfigureAwait(false);
            return $"it was behind and runs {release} now";
        },
        Undo = token => BehindHosts.MarkAsync(Control, settings.Name, release, token),
        UndoText = "behind again",
    };

    private Step Stage(BackendHost settings, ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, string environmentText)
    {
        var host = connect(settings);
        var fenced = fence(host);
        var path = _layout.Release(release);
        return new Step("stage", settings.Name)
        {
            Do = async token =>
            {
                var layer = artifact.Layer;
                var fresh = !(await host.RunAsync(ReleaseCommands.Exists(_layout.Layer(layer.Content)), null, null, token).ConfigureAwait(false)).Succeeded;
                if (fresh)
                    await UnpackAsync(fenced, layer, folder, _layout.Layer(layer.Content), token).ConfigureAwait(false);
                await UnpackAsync(fenced, artifact.Backend, folder, path, token).ConfigureAwait(false);
                using var input = new MemoryStream(Encoding.UTF8.GetBytes(environmentText));
                var furnished = await fenced.RunAsync(ReleaseCommands.Furnish(_layout, release, layer.Content), input, null, token).ConfigureAwait(false);
                furnished.OrFail($"The release could not be completed on {host.Name}");
                return fresh ? $"with its dependencies, {(artifact.Backend.Length + layer.Length) / 1048576.0:0.0} MiB" : $"{artifact.Backend.Length / 1048576.0:0.0} MiB, dependencies unchanged";
            },
            Undo = async token => (await fenced.RunAsync(ReleaseCommands.Remove(path), null, null, token).ConfigureAwait(false)).OrFail($"{path} could not be removed"),
            UndoText = "remove staged release",
        };
    }

    private static async Task UnpackAsync(IHost host, ArtifactPart part, ArtifactFolder folder, string path, CancellationToken cancellationToken)
    {
        await using var archive = File.OpenRead(folder.ArchivePath(part));
        var result = await host.RunAsync(ReleaseCommands.Unpack(path, part.File), archive, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{part.Kind} could not be unpacked on {host.Name}", next: "look at the host's disk; ./build.sh Provision");
    }

    /// <summary>Health through the balancer, as many times as there are instances, and the reads that shoppers depend on.</summary>
    /// <param name="reads">Not before the first release: an empty database has no key and nothing to read.</param>
    private Step Smoke(bool reads) => new("smoke", environment.Balancer.Host.Name)
    {
        Do = async token =>
        {
            var count = Fleet.Hosts.Sum(host => host.Instances.Count);
            var probe = InstanceProbe.Of(environment.Api);
            var smoke = ReleaseCommands.Smoke(environment.Balancer.Port, reads ? probe : probe with { Reads = [] }, count);
            var result = await connect(environment.Balancer.Host).RunAsync(smoke, null, null, token).ConfigureAwait(false);
            result.OrFail("The store does not answer through HAProxy");
            return $"{count} of {count} answered through HAProxy{(reads && probe.Reads.Count > 0 ? $", and {probe.Reads.Count} reads" : "")}";
        },
        NoUndo = "it only looks",
    };

    private Step Record(ReleaseRecord record) => new("record", record.Release)
    {
        Do = async token =>
        {
            await ReleaseBook.WriteAsync(Control, record, token).ConfigureAwait(false);
            return "";
        },
        Undo = token => ReleaseBook.RemoveAsync(Control, ReleaseId.Parse(record.Release), token),
        UndoText = "forget the release",
    };

    private Step Mark(ReleaseId release, string reason) => new("mark", release.Text)
    {
        Do = async token =>
        {
            if (await FindAsync(release, token).ConfigureAwait(false) is not { } record)
                return "it has no record";
            await ReleaseBook.WriteAsync(Control, record with { State = ReleaseState.Bad, Note = reason }, token).ConfigureAwait(false);
            return $"bad: {reason}";
        },
        Undo = async token =>
        {
            if (await FindAsync(release, token).ConfigureAwait(false) is { } record)
                await ReleaseBook.WriteAsync(Control, record with { State = ReleaseState.Good, Note = "" }, token).ConfigureAwait(false);
        },
        UndoText = "mark it good again",
    };

    /// <summary>The release that was left is started on a spare port of one host, with its own configuration, against today's schema.</summary>
    private Step ProveWayBack(ReleaseId old)
    {
        var fenced = fence(connect(Fleet.Hosts[0]));
        return new Step("prove", $"the way back to {old}")
        {
            Do = async token =>
            {
                if (await FindAsync(old, token).ConfigureAwait(false) is not { } record)
                    return "it has no record";
                var result = await fenced.RunAsync(ReleaseCommands.Try(_layout, old, TrialPort, InstanceProbe.Of(environment.Api), TrialLimit), null, null, token).ConfigureAwait(false);
                var problem = result.Succeeded ? null : result.Output.Trim().Split('\n')[0];
                var proof = new RollbackProof(DateTimeOffset.UtcNow, Math.Round(result.Duration.TotalSeconds, 1), problem);
                await ReleaseBook.WriteAsync(Control, record with { Proof = proof }, token).ConfigureAwait(false);
                if (problem is not null)
                    narrator.Warn("prove", $"{old} does not run against today's database: {problem}. A rollback to it would need --accept-unproved");
                return problem is null ? $"proved: it ran on a spare port against today's schema after {proof.Seconds:0.0} s" : "failed, and noted";
            },
            NoUndo = "it only looks; the trial has ended",
        };
    }

    private Step Prune(
        BackendHost settings, ReleaseId release, IReadOnlyDictionary<string, string> previous, Func<CancellationToken, Task<IReadOnlyList<ReleaseRecord>>> read) => new("prune", settings.Name)
        {
            Do = async token =>
            {
                try
                {
                    return await PruneAsync(connect(settings), release, previous, read, token).ConfigureAwait(false);
                }
                catch (OperationException e) when (e is not FencedOffException)
                {
                    // The release serves and is recorded: a full disk's corner is no reason to take it back.
                    narrator.Warn("prune", $"{settings.Name} keeps its old releases until the next deployment: {e.Message}{(e.Seen is { Length: > 0 } seen ? $" ({seen.Trim().Split('\n')[^1]})" : "")}");
                    return "could not be done";
                }
            },
            NoUndo = "what it removes, nothing refers to",
        };

    private async Task<string> PruneAsync(
        IHost host, ReleaseId release, IReadOnlyDictionary<string, string> previous, Func<CancellationToken, Task<IReadOnlyList<ReleaseRecord>>> read, CancellationToken cancellationToken)
    {
        var listed = await host.RunAsync(ReleaseCommands.List(_layout), null, null, cancellationToken).ConfigureAwait(false);
        var there = listed.OrFail("The releases cannot be listed").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var records = await read(cancellationToken).ConfigureAwait(false);
        var old = Pruning.Of(there, records, [release.Text, .. previous.Values.Where(name => name.Length > 0)], environment.Releases.Keep);
        if (old.Count == 0)
            return $"{there.Length} kept";
        var result = await fence(host).RunAsync(ReleaseCommands.Prune(_layout, old), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail("Old releases could not be removed");
        return $"{old.Count} removed, {there.Length - old.Count} kept";
    }

    private async Task<ReleaseRecord?> FindAsync(ReleaseId release, CancellationToken cancellationToken) =>
        (await _book.ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == release.Text);
}
