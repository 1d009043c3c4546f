using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Build.Targets;

/// <summary>The environment's Worker, and what its deployments act with.</summary>
internal interface IHazStorefront : IHazRollout, IHazDestination
{
    [Parameter("Secrets of the Worker that may go back to what they were when the earlier version was deployed (several with commas)")]
    [CommandLineOnly]
    string? AcceptSecrets => TryGetValue(() => AcceptSecrets);

    IReadOnlyList<string> AcceptedSecrets => [.. (AcceptSecrets ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>The balancer's host, which keeps lease and journal: no other host is touched.</summary>
    async Task<Fleet> StorefrontFleetAsync(CancellationToken cancellationToken)
    {
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        var control = fleet.Connect(fleet.Environment.Balancer.Host);
        return fleet with
        {
            Operation = new FleetOperation(control, [], fleet.Environment.Name, System.Environment.UserName, LeaseTerms.Default, Session.Scrubber.Scrub, Narrator)
            { Observer = fleet.Operation.Observer },
        };
    }

    /// <summary>What a Worker's deployment acts with; the caller disposes it.</summary>
    async Task<StorefrontWork> StorefrontWorkAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var token = StorefrontWork.RequireToken(environment);
        var secret = await SecretsAsync(environment, cancellationToken, "storefront").ConfigureAwait(false);
        var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
        var wrangler = await WranglerAsync(programs, cancellationToken).ConfigureAwait(false);
        if (StorePins.Read(Path.GetDirectoryName(Store.StorefrontLockfile)!).Wrangler is { } pinned && pinned.ToString() != wrangler.Version)
            Narrator.Warn("storefront", $"the store pins wrangler {pinned}, and {wrangler.Version} is used; ./build.sh Restore installs the store's own");
        var secrets = environment.Storefront.Secrets.ToDictionary(pair => pair.Key, pair => secret(pair.Value));
        StripeGuard.Check(environment.Stripe.Mode, secrets.Select(pair => ($"storefront.secrets.{pair.Key}", pair.Value)));
        return new StorefrontWork(environment, wrangler, programs.Zstd, secret(token), new WorkerSecrets(secrets),
            (digest, cancel) => StorefrontArchiveAsync(environment, digest, cancel), Artifacts.NewScratch(), CloudflareLimits.Default, Narrator)
        { Sizes = new WorkerSizes(Path.Combine(Artifacts.Directory, "worker-sizes")) };
    }

    /// <summary>The environment's storefront bundle of an artifact, from this checkout, else from the artifact store; null: nobody has it.</summary>
    private async Task<string?> StorefrontArchiveAsync(StoreEnvironment environment, string digest, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await StorefrontManifestAsync(environment, digest, cancellationToken).ConfigureAwait(false);
            return manifest.Storefront(environment.Name) is { } part && Artifacts.IsHere(part) ? Artifacts.ArchivePath(part) : null;
        }
        catch (OperationException e) when (e.ExitCode == ExitCodes.PreflightRefused)
        {
            Narrator.Detail("storefront", $"{e.Message}: {e.Seen}");
            return null;
        }
    }

    /// <summary>An artifact with its storefront bundle for the environment; of its other parts only what is said of them.</summary>
    private async Task<ArtifactManifest> StorefrontManifestAsync(StoreEnvironment environment, string digest, CancellationToken cancellationToken)
    {
        bool Wanted(ArtifactPart part) => part.Kind == PartKind.Storefront && part.Environment == environment.Name;
        if (Artifacts.Find(digest, Wanted) is { } here)
            return here;
        using var objects = await ArtifactStoreAsync(environment, cancellationToken).ConfigureAwait(false);
        return await new ArtifactLibrary(objects, environment.Artifacts.Prefix, Narrator).GetAsync(digest, Artifacts, Wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The artifact whose storefront is deployed, and the release that it is called.</summary>
    async Task<(ReleaseId Release, string Artifact)> StorefrontReleaseAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        var environment = fleet.Environment;
        if (ReleaseNamed is { } named)
        {
            var record = await RecordAsync(fleet, named, cancellationToken).ConfigureAwait(false);
            return (ReleaseId.Parse(record.Release), record.Artifact);
        }

        // What is here complete is published, so that any machine can go on; of what is elsewhere only the bundle is needed.
        var artifact = ArtifactDigest is { } digest && (PlanOnly == true || Artifacts.Find(digest) is null)
            ? await StorefrontManifestAsync(environment, digest, cancellationToken).ConfigureAwait(false)
            : await ChosenArtifactAsync(environment, cancellationToken).ConfigureAwait(false);
        if (artifact.Storefront(environment.Name) is null)
        {
            var others = artifact.Parts.Where(part => part.Kind == PartKind.Storefront).Select(part => part.Environment).ToArray();
            throw OperationException.Preflight($"The artifact {artifact.Digest[..12]} has no storefront bundle for {environment.Name}",
                $"./build.sh Build --environment {environment.Name}", seen: others.Length == 0 ? "it has none at all" : $"it has one for {string.Join(", ", others)}");
        }

        return (Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit), artifact.Digest);
    }

    /// <summary>Every secret of the environment that is known here, by its name: none may stand in what browsers get.</summary>
    async Task<IReadOnlyDictionary<string, string>> KnownSecretsAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>();
        foreach (var named in environment.Secrets.Where(named => named.Reference.IsSecret))
        {
            try
            {
                var secret = await SecretsAsync(environment, cancellationToken, named.Name).ConfigureAwait(false);
                known[named.Name] = secret(named.Reference);
            }
            catch (OperationException e)
            {
                Narrator.Detail("storefront", $"{named.Name} is not known here: {e.Message}");
            }
        }

        return known;
    }

    /// <summary>The same for a rollback of the backend, which must not wait for a token: null, with a warning, when Cloudflare cannot be reached from here.</summary>
    async Task<StorefrontWork?> FindStorefrontWorkAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        if (environment.Storefront is not { Account: not null, Token: not null })
            return null;
        try
        {
            return await StorefrontWorkAsync(environment, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.ExitCode == ExitCodes.Configuration)
        {
            Narrator.Warn("storefront", $"{e.Message}: the storefront stays as it is; RollbackStorefront takes it back later");
            return null;
        }
    }

    /// <summary>How the storefront goes back together with the backend; null: it stays, because it was not released together with what is left.</summary>
    async Task<StorefrontRollbackRecipe?> StorefrontBackAsync(StorefrontWork? work, ReleaseId target, IReadOnlyDictionary<string, string> previous, CancellationToken cancellationToken)
    {
        if (work is null)
            return null;
        WorkerDeployment? now;
        IReadOnlyList<WorkerVersion> versions;
        try
        {
            now = await work.Api.DeploymentsAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } deployments ? deployments[0] : null;
            versions = now is null ? [] : await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e)
        {
            Narrator.Warn("storefront", $"{e.Message} ({e.Seen}): the storefront stays as it is; RollbackStorefront takes it back later");
            return null;
        }

        var live = now is null ? null : versions.FirstOrDefault(version => version.Id == VersionSplit.Sole(now));
        if (live is null || VersionLabel.Of(live) is not { } label || !previous.Values.Contains(label.Release))
            return null;
        if (versions.Any(version => VersionLabel.Of(version)?.Release == target.Text))
            return await StorefrontRollback.LookAsync(work, target.Text, AcceptedSecrets, cancellationToken).ConfigureAwait(false);
        Narrator.Warn("storefront", $"Cloudflare has no version of {target}: the storefront stays on {label.Release}");
        return null;
    }

    /// <summary>The steps that take the storefront back; none without a recipe.</summary>
    static IEnumerable<Stage> Storefront(StorefrontWork? work, StorefrontRollbackRecipe? recipe, Func<CancellationToken, Task> guard) =>
        work is null || recipe is null ? [] : new StorefrontRollback(work, recipe, guard).Stages();

    /// <summary>Fails when the lease is somebody else's by now.</summary>
    static Func<CancellationToken, Task> Guard(Fleet fleet, Func<IHost, IHost> fence)
    {
        var control = fence(fleet.Connect(fleet.Environment.Balancer.Host));
        return async token => (await control.RunAsync(ShellCommand.Of("true"), null, null, token).ConfigureAwait(false)).OrFail($"{control.Name} does not answer");
    }
}
