using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Storefront;

/// <summary>What a rollback of the storefront was begun with; stands in its journal's header.</summary>
/// <param name="Current">The version that has all traffic.</param>
/// <param name="Target">The version to go to.</param>
/// <param name="Files">Digest of the files that the target is to serve, when it does not serve the current release's yet; empty: it does, or nobody knows.</param>
/// <param name="Carried">Artifacts that these files come from, beside the target's own.</param>
/// <param name="Accepted">Names of secrets that may go back to what they were.</param>
public sealed record StorefrontRollbackRecipe(string Current, VersionLabel? CurrentLabel, string Target, VersionLabel? TargetLabel, string Files, IReadOnlyList<string> Carried, IReadOnlyList<string> Accepted)
{
    private const string Prefix = "storefront.";

    /// <summary>The target's code with the files of both releases; null: the target itself.</summary>
    public VersionLabel? Kept => Files.Length == 0 || TargetLabel is null ? null : TargetLabel with { Files = Files };

    public string TargetName => TargetLabel?.Release ?? $"version {VersionSplit.Short(Target)}";

    public string CurrentName => CurrentLabel?.Release ?? $"version {VersionSplit.Short(Current)}";

    public IEnumerable<KeyValuePair<string, string>> Write() =>
    [
        Pair("current", Current), Pair("currentLabel", Text(CurrentLabel)), Pair("target", Target), Pair("targetLabel", Text(TargetLabel)), Pair("files", Files),
        Pair("carried", string.Join(' ', Carried)),
        Pair("acceptSecrets", string.Join(',', Accepted)),
    ];

    /// <summary>Null: the header is of a rollback without the storefront.</summary>
    public static StorefrontRollbackRecipe? Find(IReadOnlyDictionary<string, string> parameters) => parameters.ContainsKey($"{Prefix}target") ? Read(parameters) : null;

    /// <exception cref="OperationException">The header lacks something (exit 6).</exception>
    public static StorefrontRollbackRecipe Read(IReadOnlyDictionary<string, string> parameters)
    {
        try
        {
            return new StorefrontRollbackRecipe(parameters[$"{Prefix}current"], Label(parameters[$"{Prefix}currentLabel"]), parameters[$"{Prefix}target"],
                Label(parameters[$"{Prefix}targetLabel"]), parameters[$"{Prefix}files"], parameters[$"{Prefix}carried"].Split(' ', StringSplitOptions.RemoveEmptyEntries), parameters[$"{Prefix}acceptSecrets"].Split(',', StringSplitOptions.RemoveEmptyEntries));
        }
        catch (KeyNotFoundException e)
        {
            throw new OperationException("The journal's header is no rollback of a storefront", ExitCodes.FailedAndNotUndone, e) { Next = "use the version of this program that began the operation" };
        }
    }

    private static string Text(VersionLabel? label) => label is null ? "" : $"{label.Tag} {label.Message}";

    private static VersionLabel? Label(string text) => text.Split(' ', 2) is [var tag, var message] ? VersionLabel.Of(new WorkerVersion("", 0, default, "", tag, message)) : null;

    private static KeyValuePair<string, string> Pair(string name, string value) => KeyValuePair.Create(Prefix + name, value);
}

/// <summary>Which version a rollback of the storefront goes to.</summary>
public static class StorefrontChoice
{
    /// <param name="versions">The newest first.</param>
    /// <param name="deployments">The newest first; what had all traffic once can be gone back to.</param>
    /// <param name="current">The version that has all traffic.</param>
    /// <param name="to">A release, or a version's id or its beginning; null: the release that had all traffic before.</param>
    /// <exception cref="OperationException">There is none (exit 4).</exception>
    public static WorkerVersion Of(IReadOnlyList<WorkerVersion> versions, IReadOnlyList<WorkerDeployment> deployments, WorkerVersion current, string? to)
    {
        if (to is null)
        {
            var release = Release(current);
            return deployments.Select(VersionSplit.Sole).OfType<string>().Select(id => versions.FirstOrDefault(version => version.Id == id)).OfType<WorkerVersion>()
                .Where(version => version.Id != current.Id && version.Message != Placeholder.Message && (release.Length == 0 || Release(version) != release))
                .Select(version => Best(versions, deployments, version, current)).FirstOrDefault()
                ?? throw Refused("There is no earlier version of the storefront to go back to", null);
        }

        var found = versions.Where(version => version.Tag == to).ToArray() is { Length: > 0 } tagged ? tagged
            : to.Length >= 8 ? versions.Where(version => version.Id.StartsWith(to, StringComparison.OrdinalIgnoreCase)).ToArray() : [];
        if (found.Length == 0)
            throw Refused($"There is no version {to} that can be deployed", string.Join('\n', versions.Take(10).Select(version => $"{VersionSplit.Short(version.Id)} {version.Tag}")));
        var chosen = found.Any(version => version.Tag == to) ? Best(versions, deployments, found[0], current) : found[0];
        if (chosen.Id == current.Id || (VersionLabel.Of(chosen) is { } label && label.Release == Release(current)))
            throw Refused($"{to} has all traffic already", null);
        return chosen;
    }

    /// <summary>Of a release's versions the one that serves the current one's files too; else the newest that had all traffic once.</summary>
    private static WorkerVersion Best(IReadOnlyList<WorkerVersion> versions, IReadOnlyList<WorkerDeployment> deployments, WorkerVersion version, WorkerVersion current)
    {
        if (VersionLabel.Of(version) is not { } label)
            return version;
        var same = versions.Where(other => VersionLabel.Of(other) is { } found && found.Release == label.Release && found.Artifact == label.Artifact).ToArray();
        var served = same.Where(other => deployments.Any(deployment => VersionSplit.Sole(deployment) == other.Id)).ToArray();
        var files = VersionLabel.Of(current)?.Files;
        return served.FirstOrDefault(other => VersionLabel.Of(other)!.Files == files) ?? served.FirstOrDefault() ?? version;
    }

    private static string Release(WorkerVersion version) => VersionLabel.Of(version)?.Release ?? "";

    private static OperationException Refused(string what, string? seen) => OperationException.Preflight(what, "./build.sh StorefrontVersions, with the same --environment", null, seen);
}

/// <summary>The steps that take a storefront back to an earlier version.</summary>
/// <param name="guard">Fails when this process must not act any more (the lease is somebody else's).</param>
public sealed class StorefrontRollback(StorefrontWork work, StorefrontRollbackRecipe recipe, Func<CancellationToken, Task> guard)
{
    private readonly WorkerTraffic _traffic = new(work.Api, work.Limits, guard);

    /// <summary>Looks and decides.</summary>
    /// <exception cref="OperationException">There is nothing to go back to, a split is active, or its secrets are others than today's (exit 4).</exception>
    public static async Task<StorefrontRollbackRecipe> LookAsync(StorefrontWork work, string? to, IReadOnlyList<string> accepted, CancellationToken cancellationToken)
    {
        var deployments = await work.Api.DeploymentsAsync(cancellationToken).ConfigureAwait(false) ?? [];
        var versions = await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        var current = deployments.Count == 0 ? null : VersionSplit.Sole(deployments[0]) is { } sole ? versions.FirstOrDefault(version => version.Id == sole)
            : throw OperationException.Preflight("The traffic is split between versions", $"./build.sh StorefrontVersions --environment {work.Environment.Name}", work.Settings.Worker, VersionSplit.Show(deployments[0].Versions));
        if (current is null)
            throw OperationException.Preflight($"No version of {work.Settings.Worker} is live", $"./build.sh StorefrontVersions --environment {work.Environment.Name}");
        var target = StorefrontChoice.Of(versions, deployments, current, to);
        var (now, then) = (VersionLabel.Of(current), VersionLabel.Of(target));
        if (now is not null && then is not null && now.Secrets != then.Secrets && accepted.Count == 0)
            throw SecretsRefused(then.Release, [.. work.Secrets.Names]);
        var (files, carried) = await FilesAsync(work, versions, now, then, cancellationToken).ConfigureAwait(false);
        return new StorefrontRollbackRecipe(current.Id, now, target.Id, then, files, carried, accepted);
    }

    public Plan Make() => new("RollbackStorefront", work.Environment.Name, [.. Stages()]);

    public IEnumerable<Stage> Stages()
    {
        if (recipe.Kept is { } kept)
            yield return new Stage(1, Upload(kept));
        yield return new Stage(1, Move(0));
        yield return new Stage(1, Move(100));
    }

    /// <summary>The files that the target has to serve beside its own, and where they come from; nothing when it serves them already.</summary>
    private static async Task<(string Digest, IReadOnlyList<string> Carried)> FilesAsync(
        StorefrontWork work, IReadOnlyList<WorkerVersion> versions, VersionLabel? now, VersionLabel? then, CancellationToken cancellationToken)
    {
        if (now is null || then is null || now.Files == then.Files)
            return ("", []);
        var files = AssetInventory.Empty;
        string[] artifacts = [then.Artifact, .. now.ArtifactsWith(versions).Where(artifact => artifact != then.Artifact)];
        foreach (var artifact in artifacts)
        {
            if (await work.FindBundleAsync(artifact, cancellationToken).ConfigureAwait(false) is not { } bundle)
            {
                work.Narrator.Warn("storefront", $"a bundle of {now.Release} or {then.Release} is not in the artifact store any more: pages of {now.Release} that are open may lose files");
                return ("", []);
            }

            files = files.With(bundle.Assets);
        }

        return files.Digest == then.Files ? ("", []) : (files.Digest, artifacts[1..]);
    }

    private Step Upload(VersionLabel kept) => new("upload", $"{kept.Release} with today's files")
    {
        Do = async token =>
        {
            await guard(token).ConfigureAwait(false);
            var bundle = await work.BundleAsync(kept.Artifact, token).ConfigureAwait(false);
            foreach (var other in recipe.Carried)
                bundle.Add(await work.BundleAsync(other, token).ConfigureAwait(false));
            return $"version {VersionSplit.Short(await work.Upload.UploadAsync(bundle, kept, work.Variables(kept.Release), WorkerSecrets.None, token).ConfigureAwait(false))}";
        },
        NoUndo = "a version without traffic changes nothing",
    };

    private Step Move(int percent) => new("storefront", FormattableString.Invariant($"{percent} %"))
    {
        Do = async token =>
        {
            var target = await TargetAsync(token).ConfigureAwait(false);
            await SetAsync(VersionSplit.Between(recipe.Current, target, percent), [recipe.Current, recipe.Target, target], token).ConfigureAwait(false);
            return percent == 0
                ? await work.Site.SmokeAsync(new ServedVersion(target, recipe.TargetLabel?.Release ?? ""), work.Settings.Pages, null, token).ConfigureAwait(false)
                : $"{recipe.TargetName} has all traffic";
        },
        Undo = async token => await SetAsync(VersionSplit.All(recipe.Current), [recipe.Current, recipe.Target, await TargetAsync(token).ConfigureAwait(false)], token).ConfigureAwait(false),
        UndoText = $"all traffic on {recipe.CurrentName}",
    };

    /// <summary>Never by force, unless a person has named every secret that goes back.</summary>
    private async Task SetAsync(VersionSplit split, IReadOnlyCollection<string> ours, CancellationToken cancellationToken)
    {
        var message = $"back to {recipe.TargetName}";
        try
        {
            await _traffic.SetAsync(split, ours, message, force: false, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.Code == CloudflareException.SecretsChanged)
        {
            if (e.ChangedSecrets.Count == 0 || e.ChangedSecrets.Except(recipe.Accepted).Any())
                throw SecretsRefused(recipe.TargetName, e.ChangedSecrets);
            await _traffic.SetAsync(split, ours, message, force: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> TargetAsync(CancellationToken cancellationToken) => recipe.Kept is { } kept
        ? await work.Upload.FindAsync(kept, cancellationToken).ConfigureAwait(false) ?? recipe.Target
        : recipe.Target;

    private static OperationException SecretsRefused(string target, IReadOnlyList<string> names) => OperationException.Preflight(
        $"The Worker's secrets have changed since {target} was deployed{(names.Count > 0 ? $": {string.Join(", ", names)}" : "")}",
        $"when they may go back to what they were then: --accept-secrets {(names.Count > 0 ? string.Join(',', names) : "NAME,…")}; else deploy that release again: DeployStorefront --release");
}
