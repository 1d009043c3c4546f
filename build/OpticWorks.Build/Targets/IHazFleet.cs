using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Build.Targets;

/// <summary>Operations on the fleet: under the lease, with a journal.</summary>
internal interface IHazFleet : IHazStore, IHazBackups
{
    [Parameter("How long to wait for a lease that somebody else holds, for example 10m")]
    [CommandLineOnly]
    string? Wait => TryGetValue(() => Wait);

    [Parameter("Why; it goes into the audit")]
    [CommandLineOnly]
    string? Reason => TryGetValue(() => Reason);

    LeaseWish Wish => new()
    {
        Wait = Wait is null ? TimeSpan.Zero
            : Duration.TryParse(Wait, out var wait) ? wait
            : throw new OperationException($"\"{Wait}\" is not a duration such as 90s or 10m", ExitCodes.Engine),
    };

    /// <summary>The environment's hosts, its lease and its journals.</summary>
    async Task<Fleet> FleetAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var control = connect(environment.Balancer.Host);
        var others = environment.Hosts.Where(host => host.Name != environment.Balancer.Host.Name).Select(host => connect(host)).ToArray();
        var operation = new FleetOperation(control, others, environment.Name, System.Environment.UserName, LeaseTerms.Default, Session.Scrubber.Scrub, Narrator);
        return new Fleet(environment, connect, operation, new ReleaseBook(control));
    }

    /// <summary>The plan that a journal's header means.</summary>
    async Task<Plan> PlanOfAsync(Fleet fleet, JournalHeader header, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var plans = new BackendPlans(fleet.Environment, fleet.Connect, fence, header.Owner, Narrator);
        var previous = header.Parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);
        var release = ReleaseId.Parse(header.Release);
        switch (header.Kind)
        {
            case "Rollback":
                return plans.Rollback(release, header.Parameters["reason"], previous);
            case "DeployBackend":
                var artifact = await ArtifactAsync(fleet.Environment, header.Parameters["artifact"], cancellationToken).ConfigureAwait(false);
                var secret = await SecretsAsync(fleet.Environment, cancellationToken, "database", "redis", "variables").ConfigureAwait(false);
                return plans.Deploy(release, artifact, Artifacts, BackendVariables.Of(fleet.Environment, release, secret), previous);
            case "RestoreBackup":
                return await RestorePlanAsync(fleet, header.Parameters, fence, cancellationToken).ConfigureAwait(false);
            default:
                throw new OperationException($"This program knows no operation {header.Kind}", ExitCodes.Configuration) { Next = "use the version of this program that began it" };
        }
    }

    /// <summary>The plan of RestoreBackup from what its journal's header holds.</summary>
    async Task<Plan> RestorePlanAsync(Fleet fleet, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var bucket = await BackupsAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        var entry = await new BackupCatalog(bucket).GetAsync(parameters["backup"], fleet.Environment.Database.Name, cancellationToken).ConfigureAwait(false);
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        var running = parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);
        return await PlanAsync(fleet, bucket, manifest, parameters["stamp"], running, fence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The plan that puts a backup in the live database's place.</summary>
    /// <param name="running">Instances that are stopped and started, with their releases.</param>
    async Task<Plan> PlanAsync(
        Fleet fleet, BackupBucket bucket, BackupManifest manifest, string stamp, IReadOnlyDictionary<string, string> running, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var wish = await BackupWishAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        return new RestorePlans(fleet.Environment, fleet.Connect, fence, token => SiteAsync(fleet.Environment, token), bucket, wish, Narrator)
            .Restore(manifest, stamp, running);
    }

    /// <summary>The artifact from this checkout, else from the environment's artifact store.</summary>
    async Task<ArtifactManifest> ArtifactAsync(StoreEnvironment environment, string digest, CancellationToken cancellationToken)
    {
        if (Artifacts.Find(digest) is { } here)
            return here;
        using var objects = await ArtifactStoreAsync(environment, cancellationToken).ConfigureAwait(false);
        return await new ArtifactLibrary(objects, environment.Artifacts.Prefix, Narrator)
            .GetAsync(digest, Artifacts, part => part.Kind != PartKind.Storefront, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>An environment's hosts and what is kept of its operations.</summary>
internal sealed record Fleet(StoreEnvironment Environment, Func<HostSettings, IHost> Connect, FleetOperation Operation, ReleaseBook Book)
{
    /// <summary>The releases that are on every backend host.</summary>
    public async Task<IReadOnlySet<string>> StagedAsync(CancellationToken cancellationToken)
    {
        var layout = new HostLayout(Environment.Releases.Directory);
        var lists = await Task.WhenAll(Environment.Hosts.Select(async host =>
        {
            var result = await Connect(host).RunAsync(ReleaseCommands.List(layout), null, null, cancellationToken).ConfigureAwait(false);
            return result.OrFail($"The releases on {host.Name} cannot be listed").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        })).ConfigureAwait(false);
        return lists.Skip(1).Aggregate(lists[0].ToHashSet(), (common, list) =>
        {
            common.IntersectWith(list);
            return common;
        });
    }
}
