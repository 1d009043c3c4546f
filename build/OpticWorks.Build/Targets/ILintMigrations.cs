using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "LintMigrations --statistics production-tables.json",
    Effects = "Nothing",
    Needs = "What Build needs; a file of statistics that MigrationStatus --publish-statistics wrote, or sizes are unknown. No environment, no secret, no database: for pull requests from forks",
    Undo = "There is nothing to undo")]
internal interface ILintMigrations : IHazStore, IHazGitHub
{
    [Parameter("The file of table statistics that the migrations are judged against")]
    string? Statistics => TryGetValue(() => Statistics);

    Target LintMigrations => _ => _
        .Description("Judge the checkout's new migrations against published table sizes")
        .DependsOn<IBuild>(x => x.Build)
        .Executes(() => Run(LintMigrationsAsync, changesNothing: true));

    private async Task LintMigrationsAsync(CancellationToken cancellationToken)
    {
        if (Statistics is null)
            Narrator.Warn("lint", "no --statistics FILE (MigrationStatus --publish-statistics writes one): every migration counts as new, every table as empty");
        var statistics = Statistics is { } path
            ? TableStatistics.Read(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), path)
            : TableStatistics.Empty;
        var node = (await StoreProgramsAsync(cancellationToken).ConfigureAwait(false)).Node;
        var inventory = await new ReleaseInCheckout(Store, node).InventoryAsync(InventoryWish.Except(statistics.Applied), cancellationToken).ConfigureAwait(false);
        var state = MigrationState.Of(inventory, AppliedMigrations.Named(statistics.Applied), new Dictionary<string, string>());
        var parser = new SqlParser(await Toolbox.GetAsync(PinnedProgram.SqlParser, cancellationToken).ConfigureAwait(false));
        var review = new MigrationReview(state, await MigrationLint.ReadAsync(state.PendingMigrations, statistics, parser, cancellationToken).ConfigureAwait(false));
        Session.Data["migrations"] = MigrationData.Of(review);
        var lines = MigrationText.Review(review).ToArray();
        var summary = $"{review.Pending.Count} new migrations, judged against {(Statistics is null ? "no sizes" : $"{statistics.Tables.Count} tables of {statistics.TakenAt.ToLocalTime():yyyy-MM-dd HH:mm}")}";
        foreach (var line in lines.Append(summary))
            Console.Out.WriteLine(line);
        var dangers = review.Findings.Count(finding => finding.Stops);
        await ReportAsync("migrations", MigrationReport.Markdown(summary, dangers, lines), dangers == 0, $"{summary}: {dangers} to be mended", cancellationToken).ConfigureAwait(false);
        if (dangers > 0)
            throw OperationException.Preflight($"{dangers} {(dangers == 1 ? "danger" : "dangers")} in new migrations", "write them the safe way, or accept one in its file: // opticworks-accept: RULE reason");
    }
}
