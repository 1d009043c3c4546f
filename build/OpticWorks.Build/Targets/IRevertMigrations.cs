using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "RevertMigrations --environment staging --release r-20261122-141203-3f9c2ab --plan-only", ChangesEnvironment = true,
    Effects = "The database's schema and the data that the migrations' down destroys; the suite's own ledger",
    Needs = "--environment and --release; --confirm NAME, of every environment; the release on the first backend host, and no instance running it; a down of every migration",
    Undo = "Migrate applies the migrations again; the data that a down destroys only a backup brings back")]
internal interface IRevertMigrations : IHazMigrations
{
    Target RevertMigrations => _ => _
        .Description("Take back what a release's Migrate applied, the latest first; a person's command only")
        .Requires(() => EnvironmentName)
        .Requires(() => ReleaseName)
        .Executes(() => Run(RevertMigrationsAsync));

    static PlanKind RevertMigrationsKind { get; } = new("RevertMigrations", (build, asked) => Task.FromResult(build.Migrations(asked.Fleet, asked.Fence, null)
        .Revert(asked.Release, ReleaseId.Parse(asked.Header.Parameters["with"]), MigrationName.Read(asked.Header.Parameters["migrations"]))));

    private async Task RevertMigrationsAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        var release = (await ChosenReleaseAsync(fleet, interrupt).ConfigureAwait(false))!;
        var preview = await PreviewAsync(fleet, release, interrupt).ConfigureAwait(false);
        if (preview.Refusals.Count > 0)
            throw OperationException.Preflight($"The migrations of {release} cannot be taken back", seen: string.Join('\n', preview.Refusals));
        if (PlanOnly == true)
        {
            Console.Out.WriteLine("Nothing was changed.");
            return;
        }

        if (Confirm != fleet.Environment.Name)
            throw OperationException.Configuration("Migrations are only taken back by a person who confirms it", $"the same command with --confirm {fleet.Environment.Name}");
        await fleet.Operation.RunAsync("RevertMigrations", Reason ?? $"taking back the migrations of {release}", Wish,
            async token =>
            {
                var now = await PreviewAsync(fleet, release, token, quiet: true).ConfigureAwait(false);
                return now.Refusals.Count > 0
                    ? throw OperationException.Preflight($"The migrations of {release} cannot be taken back", seen: string.Join('\n', now.Refusals))
                    : new PlanSource(release.Text, new Dictionary<string, string>
                    {
                        ["with"] = release.Text,
                        ["migrations"] = MigrationName.Write(now.Migrations.Select(step => step.Migration)),
                    });
            },
            (source, fence, _) => Task.FromResult(Migrations(fleet, fence, Accept).Revert(release, ReleaseId.Parse(source.Parameters["with"]), MigrationName.Read(source.Parameters["migrations"]))),
            interrupt, detach).ConfigureAwait(false);
        Narrator.Say("done", $"the migrations of {release} are taken back");
    }

    private async Task<RevertPreview> PreviewAsync(Fleet fleet, ReleaseId release, CancellationToken cancellationToken, bool quiet = false)
    {
        await using var database = await OpenDatabaseAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        var running = await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false);
        var parser = new SqlParser(await Toolbox.GetAsync(PinnedProgram.SqlParser, cancellationToken).ConfigureAwait(false));
        var preview = await MigrationRevert.PreviewAsync(database.Source, parser, Migrations(fleet, host => host, null).Release(release), release, [.. running.Values], cancellationToken).ConfigureAwait(false);
        if (quiet)
            return preview;
        var restorePoint = preview.Since is { } since ? await BackupGateOf(fleet.Environment).Newest(since, cancellationToken).ConfigureAwait(false) : null;
        foreach (var line in preview.Lines(restorePoint))
            Console.Out.WriteLine(Session.Scrubber.Scrub(line));
        Session.Data["migrations"] = preview.Migrations.Select(step => new { step.Migration.Module, step.Migration.Name, step.AppliedAt, step.Down.Sql, step.LostData }).ToArray();
        Session.Data["restorePoint"] = restorePoint;
        return preview;
    }
}
