using System.Globalization;
using System.Security.Cryptography;
using OpticWorks.Build.Rehearsals;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Rehearsal.Story;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Serving;

namespace OpticWorks.Build.Targets;

/// <summary>The chapters of the rehearsal. Each runs the very operation of the target that a person would run, and then looks at what came of it.</summary>
internal partial interface IRehearse
{
    private Task<(StepEnd End, string Result)> PlayAsync(ChapterKind chapter, RehearsalRun run, CancellationToken interrupt, CancellationToken detach) => chapter switch
    {
        ChapterKind.Provision => ProvisionHostsAsync(interrupt),
        ChapterKind.FirstRelease => FirstReleaseAsync(run, interrupt, detach),
        ChapterKind.Shoppers => ShoppersAsync(run, interrupt),
        ChapterKind.Backup => BackupAndDrillAsync(run, interrupt),
        ChapterKind.SecondRelease => SecondReleaseAsync(run, interrupt, detach),
        ChapterKind.FailingRelease => FailingReleaseAsync(run, interrupt, detach),
        ChapterKind.Rollback => RollbackOnCommandAsync(run, interrupt, detach),
        ChapterKind.KilledOperator => KilledOperatorAsync(run, interrupt, detach),
        ChapterKind.Proof => ProofAsync(run, interrupt),
        _ => throw new ArgumentOutOfRangeException(nameof(chapter), chapter, null),
    };

    private async Task<(StepEnd, string)> ProvisionHostsAsync(CancellationToken interrupt)
    {
        await ProvisionAsync(planOnly: false, interrupt).ConfigureAwait(false);
        return (StepEnd.Done, $"{LoadEnvironment().AllHosts.Count()} hosts");
    }

    private async Task<(StepEnd, string)> FirstReleaseAsync(RehearsalRun run, CancellationToken interrupt, CancellationToken detach)
    {
        await DeployBackendAsync(interrupt, detach).ConfigureAwait(false);
        var release = Session.Release!;
        run.Add(release, Session.Artifact!, "as built");
        var environment = LoadEnvironment();
        var connect = await ConnectorAsync(environment, asProvisionUser: false, interrupt).ConfigureAwait(false);
        run.Product = await SampleProduct.SeedAsync(connect(environment.Hosts[0]), environment, release, RandomNumberGenerator.GetInt32(100, 1000), Narrator, interrupt).ConfigureAwait(false);
        Session.Data["product"] = run.Product;
        Narrator.Say("seed", $"{run.Product.Title}, {run.Product.Stock} in stock");
        // The environment names the key that seeding made; what is deployed from here on knows it.
        LocalMachines.RememberPublishableKey(run.Product.PublishableKey);
        Session.Environment = null;
        await DeployStorefrontAsync(interrupt, detach).ConfigureAwait(false);
        return (StepEnd.Done, $"{environment.Hosts.Sum(host => host.Instances.Count)} instances and the Worker");
    }

    private async Task<(StepEnd, string)> ShoppersAsync(RehearsalRun run, CancellationToken interrupt)
    {
        var environment = LoadEnvironment();
        await using (var database = await OpenDatabaseAsync(environment, interrupt).ConfigureAwait(false))
        {
            var check = new StoreCheck(environment, database, Narrator);
            await check.ApiAsync(run.Product!, interrupt).ConfigureAwait(false);
            await check.PageAsync(environment.Storefront.Url, run.Product!, interrupt).ConfigureAwait(false);
        }

        var catalog = await ShopCatalog.ReadAsync(environment.Api, run.Product!.Handle, interrupt).ConfigureAwait(false);
        var share = (Shoppers ?? ShopperTraffic.PerSecond) / (double)ShopperTraffic.PerSecond;
        var warm = await WarmUp.RunAsync(ShopperTraffic.Of(environment, catalog, share * WarmUp.Share), interrupt).ConfigureAwait(false);
        var kinds = ShopperTraffic.Of(environment, catalog, share);
        run.StartShoppers(kinds);
        return (StepEnd.Done, string.Create(CultureInfo.InvariantCulture,
            $"{run.Product.Stock} in stock in PostgreSQL, API and page; warm after {warm.TotalSeconds:0} s, {kinds.Sum(kind => kind.PerSecond):0} requests/s from here on"));
    }

    private async Task<(StepEnd, string)> BackupAndDrillAsync(RehearsalRun run, CancellationToken interrupt)
    {
        await BackupAsync(interrupt).ConfigureAwait(false);
        run.Backup = (BackupManifest)Session.Data["backup"]!;
        await RestoreDrillAsync(interrupt).ConfigureAwait(false);
        run.Proof = (BackupProof)Session.Data["proof"]!;
        return (StepEnd.Done, string.Create(CultureInfo.InvariantCulture, $"{run.Backup.Tables} tables with {run.Backup.Rows:N0} rows restored and compared in {run.Proof.Seconds:0.0} s, all the same"));
    }

    private async Task<(StepEnd, string)> SecondReleaseAsync(RehearsalRun run, CancellationToken interrupt, CancellationToken detach)
    {
        var (artifact, migration) = await (await VariantsAsync(interrupt).ConfigureAwait(false)).WithMigrationAsync(Session.Artifact!, interrupt).ConfigureAwait(false);
        var release = await ReleaseVariantAsync(run, artifact, migration is null ? "another build" : "one more expand migration", interrupt, detach).ConfigureAwait(false);
        await RequireRunningAsync(release.Text, interrupt).ConfigureAwait(false);
        var verdict = $"promoted to 100 % of API and storefront{(Session.Looks.Count == 0 ? "" : $"; evidence of more errors {Evidence(release)}")}";
        run.Verdicts[release.Text] = verdict;
        return (StepEnd.Done, migration is null ? $"{verdict}; no module of this store has migrations, so none was added" : $"{migration} applied and proved; {verdict}");
    }

    private async Task<(StepEnd, string)> FailingReleaseAsync(RehearsalRun run, CancellationToken interrupt, CancellationToken detach)
    {
        var before = run.Releases[^1].Release;
        var artifact = await (await VariantsAsync(interrupt).ConfigureAwait(false)).FailingAsync(Session.Artifact!, interrupt).ConfigureAwait(false);
        try
        {
            await ReleaseVariantAsync(run, artifact, $"fails one of {FailingReads.OneOf} light reads", interrupt, detach).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.ExitCode == ExitCodes.FailedAndUndone && CanaryFailure.Ended(e) is { End: CanaryEnd.Bad } ended)
        {
            Narrator.Say("rehearse", $"as it should be: {ended.Message}");
            await RequireRunningAsync(before, interrupt).ConfigureAwait(false);
            run.Verdicts[run.Releases[^1].Release] = $"undone by itself: {ended.Message}";
            return (StepEnd.Undone, $"undone by itself: {ended.Message}");
        }

        throw new OperationException("Release 3 fails 5 % of its light reads, and the canary let it pass", ExitCodes.FailedAndUndone) { Seen = Evidence(Session.Release!) };
    }

    private async Task<(StepEnd, string)> RollbackOnCommandAsync(RehearsalRun run, CancellationToken interrupt, CancellationToken detach)
    {
        var first = run.Releases[0].Release;
        Session.Release = null;
        await RollbackAsync(interrupt, detach).ConfigureAwait(false);
        if (Session.Release?.Text != first)
            throw new OperationException($"The rollback went to {Session.Release}, not to release 1", ExitCodes.FailedAndUndone) { Seen = first };
        await RequireRunningAsync(first, interrupt).ConfigureAwait(false);
        return (StepEnd.Done, "storefront and backend are on release 1");
    }

    private async Task<(StepEnd, string)> KilledOperatorAsync(RehearsalRun run, CancellationToken interrupt, CancellationToken detach)
    {
        var second = run.Releases[1];
        await KilledOperator.RunAsync(
            KilledOperator.Command(RootDirectory, "DeployBackend", "--environment", "local", "--artifact", second.Artifact, "--store-directory", Store.Directory, "--reason", "to be killed in the middle"),
            Narrator, interrupt).ConfigureAwait(false);
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        if (await fleet.Operation.UnfinishedAsync(interrupt).ConfigureAwait(false) is not { Header: { } header } left)
            throw new OperationException("The operator was killed in the middle of a deployment, and its journal says that nothing is unfinished", ExitCodes.FailedAndNotUndone);
        var release = ReleaseId.Parse(header.Release);
        run.Add(release, Artifacts.Find(second.Artifact)!, "as release 2; its operator was killed");
        var mixed = (await RunningAsync(interrupt).ConfigureAwait(false)).Values.Distinct().Count();
        await ResumeAsync(interrupt, detach).ConfigureAwait(false);
        await RequireRunningAsync(release.Text, interrupt).ConfigureAwait(false);
        return (StepEnd.Done, $"killed with {left.Steps.Count} steps begun{(mixed > 1 ? $" and {mixed} releases side by side" : "")}; another process went on to the end");
    }

    private async Task<(StepEnd, string)> ProofAsync(RehearsalRun run, CancellationToken interrupt)
    {
        var environment = LoadEnvironment();
        var running = await RunningAsync(interrupt).ConfigureAwait(false);
        var page = await PageReleaseAsync(environment, interrupt).ConfigureAwait(false);
        var audit = await (await FleetAsync(interrupt).ConfigureAwait(false)).Operation.Audit.VerifyAsync(interrupt).ConfigureAwait(false);
        var shoppers = await run.EndShoppersAsync().ConfigureAwait(false);
        // The storefront's last release is release 2, or after the rollback release 1.
        var proof = new RehearsalProof(run.Releases[^1].Release, running, run.Releases[Quick == true ? 1 : 0].Release, page, Quick == true ? null : run.Releases[2].Release, shoppers);
        string[] problems = [.. proof.Problems(), .. audit.IsWhole ? [] : new[] { $"The audit's chain is broken at line {audit.Line}: {audit.Explanation}" }];
        if (problems.Length > 0)
        {
            throw new OperationException(problems[0], ExitCodes.FailedAndUndone)
            {
                Seen = string.Join('\n', problems.Skip(1).Concat(shoppers.Failures)),
                Undone = Keep == true ? "nothing: the machines stay for you to look at" : "the machines are removed",
                Next = "look at artifacts/rehearsal.html; ./build.sh Rehearse --keep leaves the machines as they are",
            };
        }

        return (StepEnd.Done, string.Create(CultureInfo.InvariantCulture,
            $"0 of {shoppers.Sent:N0} requests failed{(shoppers.Given > 0 ? $" outside of the {shoppers.Given:N0} that release 3 was given" : "")}; {running.Count} of {running.Count} instances are on {run.Releases[^1].Name}; the audit's {audit.Lines.Count} lines are whole"));
    }

    private async Task<ReleaseVariants> VariantsAsync(CancellationToken interrupt) =>
        new(Artifacts, (await StoreProgramsAsync(interrupt).ConfigureAwait(false)).Zstd, Narrator);

    /// <summary>Release of an artifact that the rehearsal made.</summary>
    private async Task<ReleaseId> ReleaseVariantAsync(RehearsalRun run, ArtifactManifest artifact, string what, CancellationToken interrupt, CancellationToken detach)
    {
        await PublishAsync(LoadEnvironment(), artifact, interrupt).ConfigureAwait(false);
        Session.Artifact = artifact;
        Session.Release = ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit);
        run.Add(Session.Release, artifact, what);
        await ReleaseAsync(interrupt, detach).ConfigureAwait(false);
        return Session.Release;
    }

    private async Task<IReadOnlyDictionary<string, string>> RunningAsync(CancellationToken interrupt)
    {
        var environment = LoadEnvironment();
        return await BackendSwitch.RunningAsync(environment, await ConnectorAsync(environment, asProvisionUser: false, interrupt).ConfigureAwait(false), interrupt).ConfigureAwait(false);
    }

    private async Task RequireRunningAsync(string release, CancellationToken interrupt)
    {
        var others = (await RunningAsync(interrupt).ConfigureAwait(false)).Where(pair => pair.Value != release).Select(pair => $"{pair.Key} runs {pair.Value}").ToArray();
        if (others.Length > 0)
            throw new OperationException($"Not every instance runs {release}", ExitCodes.FailedAndNotUndone) { Seen = string.Join('\n', others) };
    }

    /// <summary>The release that a page names; null: it names none.</summary>
    private static async Task<string?> PageReleaseAsync(StoreEnvironment environment, CancellationToken interrupt)
    {
        using var client = StorefrontSite.NewClient();
        using var response = await client.GetAsync(new Uri(environment.Storefront.Url, environment.Storefront.Pages[0]), interrupt).ConfigureAwait(false);
        return response.Headers.TryGetValues(StorefrontSite.ReleaseHeader, out var named) ? named.First() : null;
    }

    /// <summary>The greatest evidence of more errors that a release's canary saw, and the alarm.</summary>
    private static string Evidence(ReleaseId release)
    {
        var verdicts = Session.Looks.Select(look => look.View).Where(view => view.Release == release.Text).Select(view => view.Verdict).ToArray();
        return verdicts.Length == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"at most e = {verdicts.Max(verdict => verdict.Errors):0.0} of {verdicts[^1].Alarm:0}");
    }
}
