using Npgsql;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Toolchain;
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

    [Parameter("Accept what stands against pending migrations: lock, contract, failure, collision (several with commas)")]
    [CommandLineOnly]
    string? Accept => TryGetValue(() => Accept);

    LeaseWish Wish => new()
    {
        Wait = Wait is null ? TimeSpan.Zero
            : Duration.TryParse(Wait, out var wait) ? wait
            : throw new OperationException($"\"{Wait}\" is not a duration such as 90s or 10m", ExitCodes.Engine),
    };

    /// <summary>The environment's hosts, its lease and its journals.</summary>
    /// <param name="without">Hosts that are not touched, because they cannot be reached.</param>
    async Task<Fleet> FleetAsync(CancellationToken cancellationToken, IReadOnlySet<string>? without = null)
    {
        var environment = LoadEnvironment();
        var reached = without is { Count: > 0 } ? LeftOut.Without(environment, without) : environment;
        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var control = connect(environment.Balancer.Host);
        var others = reached.Hosts.Where(host => host.Name != environment.Balancer.Host.Name).Select(host => connect(host)).ToArray();
        var operation = new FleetOperation(control, others, environment.Name, System.Environment.UserName, LeaseTerms.Default, Session.Scrubber.Scrub, Narrator)
        { Observer = ObserverOf(environment, control) };
        return new Fleet(environment, connect, operation, new ReleaseBook(control), new BehindHosts(control));
    }

    /// <summary>The steps that migrate.</summary>
    /// <param name="accepted">What a person accepted when the operation began.</param>
    /// <param name="leftOut">Hosts that are not to migrate, because they cannot be reached.</param>
    MigratePlans Migrations(Fleet fleet, Func<IHost, IHost> fence, string? accepted, LeftOut? leftOut = null) => new(
        LeftOut.Without(fleet.Environment, (leftOut ?? LeftOut.Nobody).Skipped), fleet.Connect, fence,
        new MigrationTools(token => OpenDatabaseAsync(fleet.Environment, token), token => Toolbox.GetAsync(PinnedProgram.SqlParser, token),
            MigrationPolicy.Accepting(accepted), BackupGateOf(fleet.Environment)),
        System.Environment.UserName, Narrator);

    /// <summary>Refuses a release that the ledger of migrations knows not to fit today's schema. A database that cannot be asked stops
    /// nobody from going back: the release was proved, or a person said that it need not be.</summary>
    async Task RequireNoContractAsync(Fleet fleet, ReleaseId release, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await OpenDatabaseAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
            await ContractGuard.RequireAsync(database.Source, release, MigrationPolicy.Accepting(Accept).Accepted.Contains(Concern.Contract), Narrator, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or HostException or OperationException { InnerException: NpgsqlException })
        {
            Narrator.Warn("migrate", $"whether {release} fits the schema could not be asked of the ledger: {e.Message}");
        }
    }

    /// <summary>How migrations ask for a backup that was verified, and take one.</summary>
    BackupGate BackupGateOf(StoreEnvironment environment) => new(environment.Backups.FreshWithin,
        async (before, token) =>
        {
            var entries = await new BackupCatalog(await BackupsAsync(environment, token).ConfigureAwait(false)).ListAsync(environment.Database.Name, token).ConfigureAwait(false);
            return entries.Where(entry => entry.Verified is not null && entry.Manifest!.Environment == environment.Name && entry.Manifest.At < before).MaxBy(entry => entry.Manifest!.At) is { } newest
                ? new VerifiedBackup(newest.Id.Text, newest.Manifest!.At)
                : null;
        },
        async token =>
        {
            var bucket = await BackupsAsync(environment, token).ConfigureAwait(false);
            await using var site = await SiteAsync(environment, token).ConfigureAwait(false);
            var wish = await BackupWishAsync(environment, token).ConfigureAwait(false);
            var manifest = await new BackupRun(site, bucket, Narrator).RunAsync(wish with { Wait = TimeSpan.FromMinutes(10) }, token).ConfigureAwait(false);
            var entry = await new BackupCatalog(bucket).GetAsync(manifest.Id, environment.Database.Name, token).ConfigureAwait(false);
            await new RestoreDrill(site, bucket, Narrator).RunAsync(entry, IHazBackups.Operator, token).ConfigureAwait(false);
            return new VerifiedBackup(manifest.Id, manifest.At);
        });

    /// <summary>The plan that a journal's header means.</summary>
    /// <param name="way">A plan that only takes back needs neither artifact nor the release's secrets.</param>
    async Task<Plan> PlanOfAsync(Fleet fleet, JournalHeader header, ResumeWay way, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        switch (header.Kind)
        {
            case "RestoreBackup": // The one without a release.
                return await RestorePlanAsync(fleet, header.Parameters, fence, cancellationToken).ConfigureAwait(false);
            case "DeployStorefront" or "RollbackStorefront" when this is IHazStorefront storefront:
                return await storefront.StorefrontPlanAsync(fleet, header, fence, cancellationToken).ConfigureAwait(false);
            case "Release" when this is IRelease whole:
                return await whole.ReleasePlanAsync(fleet, header, way, fence, cancellationToken).ConfigureAwait(false);
            case "Rollback" when StorefrontRollbackRecipe.Find(header.Parameters) is not null && this is IHazStorefront both:
                return await both.RollbackPlanAsync(fleet, header, fence, cancellationToken).ConfigureAwait(false);
        }

        var plans = new BackendPlans(fleet.Environment, fleet.Connect, fence, header.Owner, Narrator) { LeftOut = LeftOut.Read(header.Parameters) };
        var previous = Fleet.Previous(header.Parameters);
        var release = ReleaseId.Parse(header.Release);
        switch (header.Kind)
        {
            case "Rollback":
                return plans.Rollback(release, header.Parameters["reason"], previous);
            case "DeployBackend":
                var (artifact, variables) = await DeployedAsync(fleet, header, way, cancellationToken).ConfigureAwait(false);
                return plans.Deploy(release, artifact, Artifacts, variables, previous,
                    Migrations(fleet, fence, header.Parameters.GetValueOrDefault("accept"), LeftOut.Read(header.Parameters)).Migrate(release, previous));
            case "Canary":
                (artifact, variables) = await DeployedAsync(fleet, header, way, cancellationToken).ConfigureAwait(false);
                return new CanaryPlans(fleet.Environment, fleet.Connect, fence, header.Owner, Narrator, new CanaryScreen(Narrator).Show)
                    .Make(release, artifact, Artifacts, variables, previous, CanaryRecipe.Read(header.Parameters), Migrations(fleet, fence, null).Migrate(release, previous));
            case "Migrate" when header.Parameters.ContainsKey("artifact"):
                (artifact, variables) = await DeployedAsync(fleet, header, way, cancellationToken).ConfigureAwait(false);
                return plans.Migrate(release, artifact, Artifacts, variables, Migrations(fleet, fence, header.Parameters.GetValueOrDefault("accept")).Migrate(release, previous));
            case "Migrate":
                return new Plan("Migrate", fleet.Environment.Name, [Migrations(fleet, fence, header.Parameters.GetValueOrDefault("accept")).Migrate(release, previous)]);
            case "RevertMigrations":
                return Migrations(fleet, fence, null).Revert(release, ReleaseId.Parse(header.Parameters["with"]), MigrationName.Read(header.Parameters["migrations"]));
            default:
                throw new OperationException($"This program knows no operation {header.Kind}", ExitCodes.Configuration) { Next = "use the version of this program that began it" };
        }
    }

    /// <summary>What an operation deploys: its artifact and its configuration; to take it back, its artifact's name will do and there is no configuration.</summary>
    async Task<(ArtifactManifest Artifact, IReadOnlyDictionary<string, string>? Variables)> DeployedAsync(
        Fleet fleet, JournalHeader header, ResumeWay way, CancellationToken cancellationToken)
    {
        var digest = header.Parameters["artifact"];
        if (way == ResumeWay.Undo)
            return (Artifacts.Find(digest) ?? ArtifactManifest.Elsewhere(digest), null);
        var artifact = await ArtifactAsync(fleet.Environment, digest, cancellationToken).ConfigureAwait(false);
        var secret = await SecretsAsync(fleet.Environment, cancellationToken, "database", "redis", "variables").ConfigureAwait(false);
        return (artifact, BackendVariables.Of(fleet.Environment, ReleaseId.Parse(header.Release), secret));
    }

    /// <summary>What Build made in this run, or the artifact that --artifact names; in the environment's artifact store afterwards, so that any machine
    /// can resume or roll back.</summary>
    async Task<ArtifactManifest> ChosenArtifactAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        if (ArtifactDigest is null)
            return Session.Artifact ?? throw OperationException.Configuration("No artifact was built in this run", "./build.sh Build DeployBackend, or --artifact DIGEST");
        if (Artifacts.Find(ArtifactDigest) is not { } here)
            return await ArtifactAsync(environment, ArtifactDigest, cancellationToken).ConfigureAwait(false);
        if (PlanOnly == true)
            return here;
        using var objects = await ArtifactStoreAsync(environment, cancellationToken).ConfigureAwait(false);
        await new ArtifactLibrary(objects, environment.Artifacts.Prefix, Narrator).PutAsync(here, Artifacts, cancellationToken).ConfigureAwait(false);
        return here;
    }

    /// <summary>The plan of RestoreBackup from what its journal's header holds.</summary>
    async Task<Plan> RestorePlanAsync(Fleet fleet, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var bucket = await BackupsAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        var entry = await new BackupCatalog(bucket).GetAsync(parameters["backup"], fleet.Environment.Database.Name, cancellationToken).ConfigureAwait(false);
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        return await PlanAsync(fleet, bucket, manifest, parameters["stamp"], Fleet.Previous(parameters), fence, cancellationToken).ConfigureAwait(false);
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

    /// <summary>What a person wants to see of the hosts after a failure. Its own failure takes nothing from the first one.</summary>
    async Task WriteDossierAsync(Fleet fleet, string kind, ReleaseId release, OperationException failure, DateTimeOffset since)
    {
        try
        {
            var page = await Dossier.CollectAsync(fleet.Environment, fleet.Connect, fleet.Environment.Hosts, $"{kind} of {release}", failure.Explain(),
                since, Session.Scrubber.Scrub, CancellationToken.None).ConfigureAwait(false);
            var path = await Dossier.WriteAsync(Path.Combine(RootDirectory, "artifacts"), release.Text, page, CancellationToken.None).ConfigureAwait(false);
            Narrator.Say("dossier", Path.GetRelativePath(RootDirectory, path));
        }
        catch (Exception e) when (e is OperationException or IOException or UnauthorizedAccessException)
        {
            Narrator.Warn("dossier", $"it could not be written: {e.Message}");
        }
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
internal sealed record Fleet(StoreEnvironment Environment, Func<HostSettings, IHost> Connect, FleetOperation Operation, ReleaseBook Book, BehindHosts Behind)
{
    /// <summary>What each instance ran before, by "host:port", out of a journal's header.</summary>
    public static IReadOnlyDictionary<string, string> Previous(IReadOnlyDictionary<string, string> parameters) =>
        parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>Another operation may have left a host behind, or caught one up, while the lease was waited for.</summary>
    /// <exception cref="OperationException">Others are behind than when this was planned (exit 4).</exception>
    public async Task RequireStillBehindAsync(IReadOnlySet<string> behind, CancellationToken cancellationToken)
    {
        if (!(await Behind.ReadAsync(cancellationToken).ConfigureAwait(false)).Keys.ToHashSet().SetEquals(behind))
            throw OperationException.Preflight("Other hosts are behind than when this was planned", $"run the same command again; ./build.sh Releases --environment {Environment.Name}");
    }

    /// <summary>The releases that are on every backend host that counts.</summary>
    /// <param name="without">Hosts that do not count.</param>
    public async Task<IReadOnlySet<string>> StagedAsync(IReadOnlySet<string> without, CancellationToken cancellationToken)
    {
        var layout = new HostLayout(Environment.Releases.Directory);
        var lists = await Task.WhenAll(LeftOut.Without(Environment, without).Hosts.Select(async host =>
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
