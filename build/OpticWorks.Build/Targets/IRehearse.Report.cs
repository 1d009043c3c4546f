using OpticWorks.Build.Rehearsals;
using OpticWorks.Operations;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Rehearsal.Story;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Build.Targets;

/// <summary>What a rehearsal shows at its end, however it ends.</summary>
internal partial interface IRehearse
{
    /// <summary>Hosts and programs may be gone by then: what cannot be asked in this time is left out of the report.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(30);

    /// <summary>The same when a person waits for the end.</summary>
    private static readonly TimeSpan InterruptedLimit = TimeSpan.FromSeconds(8);

    private async Task ReportAsync(RehearsalRun run, IReadOnlyList<string> problems, bool interrupted, CancellationToken detach)
    {
        await run.EndShoppersAsync().ConfigureAwait(false);
        var report = new RehearsalReport
        {
            Environment = "local",
            Store = Path.GetFileName(Store.Directory),
            Commit = Session.Artifact?.Commit,
            StartedAt = run.StartedAt,
            Duration = run.Elapsed,
            Quick = Quick == true,
            Problems = problems,
            Steps = run.Steps,
            ShoppersFrom = run.ShoppersFrom,
            Shoppers = run.Shoppers,
            Releases = run.Releases,
            Canaries = Canaries(run),
            Backup = run.Backup,
            Proof = run.Proof,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(detach);
        limit.CancelAfter(interrupted ? InterruptedLimit : AskLimit);
        try
        {
            report = await AskAsync(report, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException or HttpRequestException)
        {
            Narrator.Warn("report", $"journals, records and versions are not in it: {e.Message}");
        }

        foreach (var line in RehearsalText.Lines(report))
            Console.Out.WriteLine(Session.Scrubber.Scrub(line));
        JobSummary.Append(System.Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY"), Session.Scrubber.Scrub(RehearsalText.Markdown(report)), Narrator);
        Session.Data["rehearsal"] = Data(report, await WriteAsync(report).ConfigureAwait(false));
    }

    /// <returns>The page's path from the root; null: it could not be written.</returns>
    private async Task<string?> WriteAsync(RehearsalReport report)
    {
        try
        {
            var path = Path.Combine(Directory.CreateDirectory(Path.Combine(RootDirectory, "artifacts")).FullName, "rehearsal.html");
            await File.WriteAllTextAsync(path, RehearsalPage.Html(report, Session.Scrubber.Scrub)).ConfigureAwait(false);
            var shown = Path.GetRelativePath(RootDirectory, path);
            Console.Out.WriteLine($"  report     {shown}");
            return shown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Narrator.Warn("report", $"it could not be written: {e.Message}");
            return null;
        }
    }

    private static IReadOnlyList<RehearsalCanary> Canaries(RehearsalRun run) =>
    [
        .. Session.Looks.GroupBy(look => look.View.Release).Select(looks => new RehearsalCanary(
            run.Releases.FirstOrDefault(release => release.Release == looks.Key)?.Name ?? looks.Key,
            looks.First().At - run.StartedAt - looks.First().View.Since, [.. looks.Select(look => look.View)], run.Verdicts.GetValueOrDefault(looks.Key, "it did not come to its end"))),
    ];

    /// <summary>What hosts, Cloudflare and programs say of it.</summary>
    private async Task<RehearsalReport> AskAsync(RehearsalReport report, CancellationToken cancellationToken)
    {
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        var journals = new Journals(fleet.Connect(fleet.Environment.Balancer.Host));
        List<JournalState> states = [];
        foreach (var name in await journals.ListAsync(cancellationToken).ConfigureAwait(false))
            states.Add(await journals.ReadAsync(name.Operation, cancellationToken).ConfigureAwait(false));
        var records = await fleet.Book.ReadAsync(cancellationToken).ConfigureAwait(false);
        using var work = await StorefrontWorkAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        var workers = await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
        var wrangler = await WranglerAsync(programs, cancellationToken).ConfigureAwait(false);
        return report with
        {
            Journal = states,
            Releases = [.. report.Releases.Select(release => release with { End = End(release), WorkerVersion = Worker(release) })],
            Versions =
            [
                .. new[] { programs.Node, programs.Pnpm, wrangler }.Select(tool => (tool.Name, tool.Version)),
                .. report.Backup is { } backup ? [("PostgreSQL", backup.ServerVersion)] : Array.Empty<(string, string)>(),
                (".NET", System.Environment.Version.ToString()),
            ],
        };

        string End(RehearsalRelease release) => records.FirstOrDefault(record => record.Release == release.Release) switch
        {
            null => "never live",
            { State: ReleaseState.Bad } record => $"bad: {record.Note}",
            _ => "good",
        };

        string Worker(RehearsalRelease release) => workers.FirstOrDefault(version => VersionLabel.Of(version)?.Release == release.Release) is { } version ? VersionSplit.Short(version.Id) : "";
    }

    private static object Data(RehearsalReport report, string? page) => new
    {
        report.Passed,
        report.Quick,
        report.Problems,
        Seconds = Math.Round(report.Duration.TotalSeconds, 1),
        Report = page,
        Steps = report.Steps.Select(step => new { step.Name, DurationMs = (long)step.Duration.TotalMilliseconds, step.End, step.Result }),
        Shoppers = new { report.Shoppers.Sent, report.Shoppers.Failed, report.Shoppers.Given, report.Shoppers.P50, report.Shoppers.P95, report.Shoppers.Failures },
        report.Releases,
        Canaries = report.Canaries.Select(canary => new { canary.Name, canary.Verdict }),
        Backup = report.Backup?.Id,
        Verified = report.Proof?.Verifies ?? false,
    };
}
