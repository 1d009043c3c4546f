using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;

namespace OpticWorks.Operations.Storefront;

/// <summary>What is looked at before a storefront's deployment changes anything.</summary>
public static class StorefrontPreflight
{
    /// <summary>Looks at the bundle and the Worker and decides how it is deployed.</summary>
    /// <param name="known">Values of the environment's secrets by name, which no browser may get.</param>
    /// <exception cref="OperationException">The bundle must not go out, or somebody else's split is active (exit 4).</exception>
    public static async Task<StorefrontRecipe> LookAsync(
        StorefrontWork work, ReleaseId release, string artifact, IReadOnlyList<int> percents, TimeSpan dwell, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        RolloutPlan.RequireShares(percents);
        var bundle = await work.BundleAsync(artifact, cancellationToken).ConfigureAwait(false);
        bundle.Check(StorefrontTarget.Of(work.Environment), work.Environment.Stripe.Mode, known);
        await CheckSizeAsync(work, bundle, cancellationToken).ConfigureAwait(false);

        var now = await work.Api.DeploymentsAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } deployments ? deployments[0] : null;
        var sole = now is null ? "" : VersionSplit.Sole(now) ?? throw Refused(work, now);
        var versions = now is null ? [] : await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.Any(version => version.Id == sole && version.Message == Placeholder.Message))
            sole = ""; // A first release was taken back; there still is no storefront.
        var (oldLabel, carried, files) = await OldAsync(work, bundle, artifact, sole, versions, cancellationToken).ConfigureAwait(false);
        await WorkerTriggers.Wanted(work.Settings).RequireOursAsync(work.Api, cancellationToken).ConfigureAwait(false);
        var label = new VersionLabel(release.Text, artifact, files.Digest, work.SecretsDigest);
        return new StorefrontRecipe(label, sole, oldLabel, percents, dwell)
        {
            Carried = carried,
            Triggers = await WorkerTriggers.BeforeAsync(work.Api, work.Settings, cancellationToken).ConfigureAwait(false),
        };
    }

    private static async Task CheckSizeAsync(StorefrontWork work, StorefrontBundle bundle, CancellationToken cancellationToken)
    {
        var size = await work.Upload.WeighAsync(bundle, cancellationToken).ConfigureAwait(false);
        var excesses = size.Excesses(work.Settings.Plan).ToArray();
        if (excesses.Length > 0)
            throw OperationException.Preflight("Cloudflare would not take the Worker", "make it smaller, or correct storefront.plan", work.Settings.Worker, string.Join('\n', excesses));
        work.Narrator.Say("storefront", FormattableString.Invariant($"{size.Compressed / 1048576.0:0.00} MiB of code compressed, {size.Files} static files, {bundle.Assets.Count} of them hashed"));
    }

    /// <summary>What the old version says of itself, where its files can be served beside the new ones; the artifacts that they come from; and all files then.</summary>
    private static async Task<(VersionLabel? Label, IReadOnlyList<string> Carried, AssetInventory Files)> OldAsync(
        StorefrontWork work, StorefrontBundle bundle, string artifact, string oldVersion, IReadOnlyList<WorkerVersion> versions, CancellationToken cancellationToken)
    {
        if (oldVersion.Length == 0)
            return (null, [], bundle.Assets);
        var version = versions.FirstOrDefault(version => version.Id == oldVersion);
        if (version is null || VersionLabel.Of(version) is not { } label)
        {
            work.Narrator.Warn("storefront", $"the live version {VersionSplit.Short(oldVersion)} was not uploaded by this program: its files are not known, so traffic goes to 100 % in one step");
            return (null, [], bundle.Assets);
        }

        var (carried, files) = (new List<string>(), bundle.Assets);
        foreach (var other in label.ArtifactsWith(versions).Where(other => other != artifact))
        {
            if (await work.FindBundleAsync(other, cancellationToken).ConfigureAwait(false) is { } found)
            {
                files = files.With(found.Assets);
                carried.Add(other);
                continue;
            }

            var whose = other == label.Artifact ? label.Release : "the release that was deployed with it";
            work.Narrator.Warn("storefront", $"the bundle of {whose} is not in the artifact store any more{(other == label.Artifact ? ": its files are not known, so traffic goes to 100 % in one step" : "")}");
            if (other == label.Artifact)
                return (null, [], bundle.Assets);
        }

        return (label, carried, files);
    }

    private static OperationException Refused(StorefrontWork work, WorkerDeployment now) => OperationException.Preflight(
        $"The traffic of {work.Settings.Worker} is split between versions by somebody else", $"end it first; ./build.sh StorefrontVersions --environment {work.Environment.Name}", work.Settings.Worker,
        $"{VersionSplit.Show(now.Versions)}, deployed {now.Created.ToLocalTime():yyyy-MM-dd HH:mm:ss}{(now.By.Length > 0 ? $" by {now.By}" : "")}{(now.Message.Length > 0 ? $": {now.Message}" : "")}");
}
