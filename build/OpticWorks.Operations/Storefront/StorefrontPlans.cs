using System.Globalization;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Storefront;

/// <summary>
/// The steps that deploy a storefront; the plan of DeployStorefront and parts of Release's.
/// </summary>
/// <remarks>
/// No file is lost on the way. A browser asks for a page's files one by one, and each request may reach the other version. So the old release's code
/// is uploaded once more with the hashed files of both releases, and takes all traffic before the new version, which has both too, gets any. From then on
/// every version that can be reached serves every file that any page refers to, at every share, also after going back. Affinity by cookie would need a
/// rule in the zone, and would lose files for whoever comes without the cookie or changes sides with the share.
/// </remarks>
/// <param name="guard">Fails when this process must not act any more (the lease is somebody else's).</param>
public sealed class StorefrontPlans(StorefrontWork work, StorefrontRecipe recipe, Func<CancellationToken, Task> guard)
{
    private readonly WorkerTraffic _traffic = new(work.Api, work.Limits, guard);
    private readonly Dictionary<VersionLabel, string> _ids = [];
    private AssetInventory? _files;

    /// <summary>There is no storefront yet, old or other.</summary>
    public bool IsFirst => recipe.IsFirst;

    private string OldName => recipe.OldLabel?.Release ?? (recipe.IsFirst ? "the placeholder" : $"version {VersionSplit.Short(recipe.OldVersion)}");

    private string OldRelease => recipe.OldLabel?.Release ?? "";

    /// <summary>The plan of DeployStorefront.</summary>
    public Plan Deploy() => new("DeployStorefront", work.Environment.Name, [.. Before(), .. Shares(), .. After()]);

    /// <summary>Everything that gives the new release no traffic yet: uploads, both releases' files on the old one, and a look at the new one.</summary>
    public IEnumerable<Stage> Before() => [.. Uploads(), .. Look()];

    /// <summary>The new release's code and files, and both releases' files on the old one: nothing of a new backend is needed for that.</summary>
    /// <remarks>The old release takes its traffic again before the new one is uploaded: after that, Cloudflare asks about secrets that have changed since.</remarks>
    public IEnumerable<Stage> Uploads()
    {
        if (recipe.IsFirst)
            yield return new Stage(1, Create());
        if (recipe.Kept is { } kept)
        {
            yield return new Stage(1, UploadKept(kept));
            yield return new Stage(1, Keep(kept));
        }

        yield return new Stage(1, UploadNew());
    }

    /// <summary>The new release at 0 %, on the backend that is there by then.</summary>
    public IEnumerable<Stage> Look() => [new Stage(1, Smoke())];

    /// <summary>The new release's shares of the traffic.</summary>
    public IEnumerable<Stage> Shares() => recipe.Shares.Select(percent => new Stage(1, Share(percent)));

    /// <summary>What leads to the Worker.</summary>
    public IEnumerable<Stage> After()
    {
        var wanted = WorkerTriggers.Wanted(work.Settings);
        if (!wanted.Any)
            yield break;
        yield return new Stage(1, new Step("triggers", work.Settings.Worker)
        {
            Do = async token =>
            {
                await guard(token).ConfigureAwait(false);
                return await wanted.ApplyAsync(work.Api, work.Limits, token).ConfigureAwait(false);
            },
            Undo = async token =>
            {
                await guard(token).ConfigureAwait(false);
                await recipe.Triggers.ApplyAsync(work.Api, work.Limits, token).ConfigureAwait(false);
            },
            UndoText = "the host names and crons that were there",
        });
    }

    /// <summary>The live storefront is asked for its pages, whatever the backend behind it has become.</summary>
    /// <param name="subject">For people, for example "the old storefront on the new API".</param>
    public Step SmokeLive(string subject) => new("smoke", subject)
    {
        Do = async token =>
        {
            foreach (var path in work.Settings.Pages)
            {
                var answer = await work.Site.PageAsync(path, null, token).ConfigureAwait(false);
                if (!answer.IsWell)
                    answer = await work.Site.PageAsync(path, null, token).ConfigureAwait(false);
                if (!answer.IsWell)
                    throw new OperationException($"The storefront does not serve {path} any more: {answer.Problem}", ExitCodes.Engine) { Where = work.Settings.Url.ToString() };
            }

            return $"{work.Settings.Pages.Count} pages answered";
        },
        NoUndo = "it only looks",
    };

    private Step Create() => new("worker", work.Settings.Worker)
    {
        Do = async token =>
        {
            if (await _traffic.NowAsync(token).ConfigureAwait(false) is not null)
                return "it is there";
            await guard(token).ConfigureAwait(false);
            await work.Upload.CreateAsync(work.NewFolder(), token).ConfigureAwait(false);
            return "created; it answers 503 until the release was seen to work";
        },
        NoUndo = "a Worker that answers 503 stays; before, nothing answered",
    };

    private Step UploadKept(VersionLabel kept) => new("upload", $"{kept.Release} with the new files")
    {
        Do = async token =>
        {
            return await UploadAsync(await BundleAsync(kept.Artifact, token).ConfigureAwait(false), kept, WorkerSecrets.None, token).ConfigureAwait(false);
        },
        NoUndo = "a version without traffic changes nothing",
    };

    private Step UploadNew() => new("upload", recipe.Label.Release)
    {
        Do = async token =>
        {
            var bundle = await BundleAsync(recipe.Label.Artifact, token).ConfigureAwait(false);
            var changed = recipe.Label.Secrets != (recipe.OldLabel?.Secrets ?? "-")
                || (work.Secrets.Any && work.Secrets.Names.Except(await work.Api.SecretNamesAsync(token).ConfigureAwait(false)).Any());
            return await UploadAsync(bundle, recipe.Label, changed ? work.Secrets : WorkerSecrets.None, token).ConfigureAwait(false);
        },
        NoUndo = "a version without traffic changes nothing",
    };

    private async Task<string> UploadAsync(StorefrontBundle bundle, VersionLabel label, WorkerSecrets secrets, CancellationToken cancellationToken)
    {
        await guard(cancellationToken).ConfigureAwait(false);
        var id = await work.Upload.UploadAsync(bundle, label, work.Variables(label.Release), secrets, cancellationToken).ConfigureAwait(false);
        _ids[label] = id;
        return $"version {VersionSplit.Short(id)}{(secrets.Any ? $", secrets {string.Join(", ", secrets.Names)}" : "")}";
    }

    /// <summary>The old release's code with both releases' files takes the old version's place.</summary>
    private Step Keep(VersionLabel kept) => new("keep files", $"of both releases on {kept.Release}")
    {
        Do = async token =>
        {
            var id = await IdAsync(kept, token).ConfigureAwait(false);
            await SetAsync(VersionSplit.Between(recipe.OldVersion, id, 0), "both releases' files, 0 %", token).ConfigureAwait(false);
            var seen = await work.Site.SmokeAsync(new ServedVersion(id, kept.Release), work.Settings.Pages, await FilesAsync(token).ConfigureAwait(false), token).ConfigureAwait(false);
            await SetAsync(VersionSplit.All(id), "both releases' files", token).ConfigureAwait(false);
            return $"{seen}; it serves what either release's pages refer to";
        },
        // It is the old release, and whoever has a page of the new one open still finds its files.
        Undo = async token =>
        {
            var now = await _traffic.NowAsync(token).ConfigureAwait(false);
            if (now is null || await work.Upload.FindAsync(kept, token).ConfigureAwait(false) is not { } id || !VersionSplit.All(id).Is(now))
                await BackAsync(recipe.OldVersion, token).ConfigureAwait(false);
        },
        VerifyUndone = OldHasAllAsync,
        UndoText = "the old release stays, with both releases' files; half-way, as it was",
    };

    /// <summary>At 0 % only who names it gets the new version: this program, which looks at every page and file.</summary>
    private Step Smoke() => new("storefront", "0 %")
    {
        Do = async token =>
        {
            var (stable, fresh) = await VersionsAsync(token).ConfigureAwait(false);
            await SetAsync(VersionSplit.Between(stable.Id, fresh.Id, 0), "0 %", token).ConfigureAwait(false);
            var files = await FilesAsync(token).ConfigureAwait(false);
            var seen = await work.Site.SmokeAsync(fresh, work.Settings.Pages, files, token).ConfigureAwait(false);
            if (recipe.OldLabel is not null)
                await work.Site.FilesAsync(stable, files, token).ConfigureAwait(false);
            return seen;
        },
        Undo = BackAsync,
        VerifyUndone = OldHasAllAsync,
        UndoText = $"all traffic on {OldName}",
    };

    private Step Share(int percent) => new("storefront", string.Create(CultureInfo.InvariantCulture, $"{percent} %"))
    {
        StopsWhenInterrupted = true,
        Do = async token =>
        {
            var (stable, fresh) = await VersionsAsync(token).ConfigureAwait(false);
            await SetAsync(VersionSplit.Between(stable.Id, fresh.Id, percent), string.Create(CultureInfo.InvariantCulture, $"{percent} %"), token).ConfigureAwait(false);
            var looks = await new StorefrontWatch(work, fresh, percent == 100 ? null : stable).RunAsync(recipe.Dwell, token).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"{looks} looks at {work.Settings.Pages.Count} {(work.Settings.Pages.Count == 1 ? "page" : "pages")} of {(percent == 100 ? "it" : "both")}, all well");
        },
        Undo = BackAsync,
        VerifyUndone = OldHasAllAsync,
        UndoText = $"all traffic on {OldName}, at once",
    };

    /// <summary>All traffic on the old release: with both releases' files, once that version has served.</summary>
    private async Task BackAsync(CancellationToken cancellationToken)
    {
        var stable = recipe.Kept is { } kept && await work.Upload.FindAsync(kept, cancellationToken).ConfigureAwait(false) is { } id ? id : null;
        await BackAsync(stable ?? await OldVersionAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <remarks>
    /// The old version served when this operation began, with the secrets it has. Where the new version brought others, Cloudflare wants to be told that they
    /// are meant to come back (10220), and here they are: nothing else is "all old".
    /// </remarks>
    private async Task BackAsync(string version, CancellationToken cancellationToken)
    {
        var split = VersionSplit.All(version);
        var ours = await OursAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _traffic.SetAsync(split, ours, $"{recipe.Label.Release} is taken back", force: false, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.Code == CloudflareException.SecretsChanged)
        {
            work.Narrator.Warn("storefront", $"{OldName} goes back to its own secrets{(e.ChangedSecrets.Count > 0 ? $" ({string.Join(", ", e.ChangedSecrets)})" : "")}");
            await _traffic.SetAsync(split, ours, $"{recipe.Label.Release} is taken back, and its secrets", force: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> OldHasAllAsync(CancellationToken cancellationToken)
    {
        var now = await _traffic.NowAsync(cancellationToken).ConfigureAwait(false);
        var sole = now is null ? null : VersionSplit.Sole(now);
        List<string> old = [await OldVersionAsync(cancellationToken).ConfigureAwait(false)];
        if (recipe.Kept is { } kept && await work.Upload.FindAsync(kept, cancellationToken).ConfigureAwait(false) is { } id)
            old.Add(id);
        return sole is not null && old.Contains(sole)
            ? $"{OldName} has 100 %"
            : throw new OperationException($"Not all traffic is on {OldName}", ExitCodes.Engine) { Where = work.Settings.Worker, Seen = now is null ? "no deployment" : VersionSplit.Show(now.Versions) };
    }

    private async Task SetAsync(VersionSplit split, string what, CancellationToken cancellationToken) =>
        await _traffic.SetAsync(split, await OursAsync(cancellationToken).ConfigureAwait(false), $"{recipe.Label.Release} {what}", force: false, cancellationToken).ConfigureAwait(false);

    private async Task<(ServedVersion Stable, ServedVersion Fresh)> VersionsAsync(CancellationToken cancellationToken)
    {
        var stable = recipe.Kept is { } kept ? await IdAsync(kept, cancellationToken).ConfigureAwait(false) : await OldVersionAsync(cancellationToken).ConfigureAwait(false);
        return (new ServedVersion(stable, OldRelease), new ServedVersion(await IdAsync(recipe.Label, cancellationToken).ConfigureAwait(false), recipe.Label.Release));
    }

    private async Task<IReadOnlyCollection<string>> OursAsync(CancellationToken cancellationToken)
    {
        var versions = await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            await OldVersionAsync(cancellationToken).ConfigureAwait(false),
            .. versions.Where(version => VersionLabel.Of(version) is { } label && (label == recipe.Label || label == recipe.Kept)).Select(version => version.Id),
        ];
    }

    /// <summary>The version that served when the operation began; for a new Worker its placeholder.</summary>
    private async Task<string> OldVersionAsync(CancellationToken cancellationToken) => !recipe.IsFirst ? recipe.OldVersion
        : (await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false)).Where(version => version.Message == Placeholder.Message).MaxBy(version => version.Number)?.Id ?? "";

    private async Task<string> IdAsync(VersionLabel label, CancellationToken cancellationToken)
    {
        if (_ids.TryGetValue(label, out var known))
            return known;
        return _ids[label] = await work.Upload.FindAsync(label, cancellationToken).ConfigureAwait(false)
            ?? throw new OperationException($"Cloudflare does not know the version of {label.Release} any more", ExitCodes.Engine) { Where = work.Settings.Worker };
    }

    /// <summary>A release's bundle with the files of the others.</summary>
    private async Task<StorefrontBundle> BundleAsync(string artifact, CancellationToken cancellationToken)
    {
        var bundle = await work.BundleAsync(artifact, cancellationToken).ConfigureAwait(false);
        foreach (var other in recipe.Carried.Prepend(recipe.Label.Artifact).Where(other => other != artifact))
            bundle.Add(await work.BundleAsync(other, cancellationToken).ConfigureAwait(false));
        return bundle;
    }

    /// <summary>The hashed files of both releases.</summary>
    private async Task<AssetInventory> FilesAsync(CancellationToken cancellationToken)
    {
        if (_files is { } known)
            return known;
        var files = AssetInventory.Empty;
        foreach (var artifact in recipe.Carried.Prepend(recipe.Label.Artifact))
            files = files.With((await work.BundleAsync(artifact, cancellationToken).ConfigureAwait(false)).Assets);
        return _files = files;
    }
}
