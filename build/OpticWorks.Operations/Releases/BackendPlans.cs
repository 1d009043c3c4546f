using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>The plans of DeployBackend and Rollback, made of what their journal's header holds, so that any machine makes the same one.</summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
public sealed class BackendPlans(StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, string owner, INarrator narrator)
{
    /// <summary>Hosts that were left out before or are left out now.</summary>
    public LeftOut LeftOut { get; init; } = LeftOut.Nobody;

    private StoreEnvironment Fleet => LeftOut.Without(environment, LeftOut.Skipped);

    private BackendSwitch Switch => field ??= NewSwitch(isWayBack: false);

    private BackendSwitch SwitchBack => field ??= NewSwitch(isWayBack: true);

    /// <summary>The longest start of an instance until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest start of a release on trial.</summary>
    public TimeSpan TrialLimit { get; init; } = TimeSpan.FromSeconds(120);

    private BackendSwitch NewSwitch(bool isWayBack) => new(Fleet, connect, fence, narrator) { Behind = LeftOut.Behind, StartLimit = StartLimit, IsWayBack = isWayBack };

    private StagingSteps Staging => new(environment.Releases, connect, fence, narrator);

    private RecordSteps Records => new(environment, connect, fence, narrator) { TrialLimit = TrialLimit };

    private BehindSteps LeftBehind => new(environment.Balancer, fence(connect(environment.Balancer.Host)), LeftOut);

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
        new([.. Before(release, artifact, folder, variables, migrate)], [Switch.Stage(release.Text, previous)], [], [.. After(release, artifact, previous)], [.. Last(release, previous)]);

    /// <summary>What comes before instances are switched: the release is on every host, and the database is migrated.</summary>
    internal IEnumerable<Stage> Before(ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, Stage migrate)
    {
        var text = variables is null ? "" : EnvironmentText.Write(variables);
        var hosts = Fleet.Hosts;
        if (LeftOut.Skipped.Count > 0)
            yield return new Stage(1, [.. environment.Hosts.Where(host => LeftOut.Skipped.Contains(host.Name)).Select(host => LeftBehind.LeaveOut(host, release))]);
        yield return new Stage(hosts.Count, [.. hosts.Select(host => Staging.Stage(host, release, artifact, folder, text))]);
        yield return migrate;
    }

    /// <summary>What comes after every instance is switched.</summary>
    internal IEnumerable<Stage> After(ReleaseId release, ArtifactManifest artifact, IReadOnlyDictionary<string, string> previous)
    {
        yield return new Stage(1, Smoke(reads: Old(previous) is not null));
        yield return new Stage(1, Records.Record(new ReleaseRecord(release.Text, artifact.Digest, artifact.Layer.Content, artifact.Commit, owner, DateTimeOffset.UtcNow, ReleaseState.Good)));
        var caughtUp = Fleet.Hosts.Where(host => LeftOut.Behind.Contains(host.Name)).Select(host => LeftBehind.CatchUp(host, release)).ToArray();
        if (caughtUp.Length > 0)
            yield return new Stage(1, caughtUp);
    }

    /// <summary>What nothing waits for.</summary>
    internal IEnumerable<Stage> Last(ReleaseId release, IReadOnlyDictionary<string, string> previous)
    {
        var hosts = Fleet.Hosts;
        if (Old(previous) is { } old)
        {
            var proof = Records.ProveWayBack(ReleaseId.Parse(old), hosts.First(host => !LeftOut.Behind.Contains(host.Name)));
            yield return new Stage(1, proof with
            {
                Do = async token =>
                {
                    await Switch.SettleAsync(token).ConfigureAwait(false);
                    return await proof.Do(token).ConfigureAwait(false);
                },
            });
        }

        Task<IReadOnlyList<ReleaseRecord>>? records = null; // Read once for all hosts.
        yield return new Stage(hosts.Count, [.. hosts.Select(host => Staging.Prune(host, release, previous, token => records ??= Records.ReadAsync(token)))]);
    }

    /// <summary>What ran before; null: nothing.</summary>
    private string? Old(IReadOnlyDictionary<string, string> previous) =>
        previous.Where(pair => !LeftOut.Behind.Contains(pair.Key.Split(':')[0])).Select(pair => pair.Value).FirstOrDefault(name => name.Length > 0);

    /// <summary>Stages a release on the host that migrates, and migrates it there, without switching anything.</summary>
    public Plan Migrate(ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, IReadOnlyDictionary<string, string>? variables, Stage migrate) => new("Migrate", environment.Name,
        [new Stage(1, Staging.Stage(environment.Hosts[0], release, artifact, folder, variables is null ? "" : EnvironmentText.Write(variables))), migrate]);

    /// <summary>Switches every instance back to a release that is still on the hosts, and marks the one that was left; a target that was bad is good again.</summary>
    /// <param name="bad">Which of these releases were bad before, and why (<see cref="BadNotes"/>).</param>
    /// <param name="storefront">What takes the storefront back first: the new one was last to come.</param>
    public Plan Rollback(
        ReleaseId target, string reason, IReadOnlyDictionary<string, string> previous, IReadOnlyDictionary<string, string> bad, params IEnumerable<Stage> storefront)
    {
        List<Stage> stages = [.. storefront, SwitchBack.Stage(target.Text, previous), new Stage(1, Smoke(reads: true))];
        if (bad.TryGetValue(target.Text, out var note))
            stages.Add(new Stage(1, Records.Clear(target, note)));
        foreach (var left in previous.Values.Where(name => name.Length > 0 && name != target.Text).Distinct())
            stages.Add(new Stage(1, Records.Mark(ReleaseId.Parse(left), reason, bad.GetValueOrDefault(left))));
        return new Plan("Rollback", environment.Name, stages);
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
}
