using Npgsql;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
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
        { Observer = new NotedOperation(ObserverOf(environment, control)) };
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
    /// <exception cref="OperationException">This program does not know its kind (exit 2).</exception>
    Task<Plan> PlanOfAsync(Fleet fleet, JournalHeader header, ResumeWay way, Func<IHost, IHost> fence, CancellationToken cancellationToken) =>
        PlanKind.Named(header.Kind).MakeAsync(this, new PlanRequest(fleet, header, way, fence, cancellationToken));

    /// <summary>The backend's steps as they were begun.</summary>
    BackendPlans Backend(PlanRequest asked) => new(asked.Fleet.Environment, asked.Fleet.Connect, asked.Fence, asked.Header.Owner, Narrator) { LeftOut = asked.LeftOut };

    /// <summary>What an operation deploys: its artifact and its configuration; to take it back, its artifact's name will do and there is no configuration.</summary>
    async Task<(ArtifactManifest Artifact, IReadOnlyDictionary<string, string>? Variables)> DeployedAsync(PlanRequest asked)
    {
        var (environment, digest) = (asked.Fleet.Environment, asked.Header.Parameters["artifact"]);
        if (asked.Way == ResumeWay.Undo)
            return (Artifacts.Find(digest) ?? ArtifactManifest.Elsewhere(digest), null);
        var artifact = await ArtifactAsync(environment, digest, asked.Cancellation).ConfigureAwait(false);
        var secret = await SecretsAsync(environment, asked.Cancellation, "database", "redis", "variables").ConfigureAwait(false);
        return (artifact, BackendVariables.Of(environment, asked.Release, secret));
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
