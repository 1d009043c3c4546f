using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "MigrationStatus --environment staging",
    Effects = "Nothing; with --publish-statistics one local file",
    Needs = "--environment; database.password; SSH as the deploy user to the first backend host and to the database's; or, after Build in the same run, the checkout",
    Undo = "There is nothing to undo")]
internal interface IMigrationStatus : IHazMigrations
{
    [Parameter("List every applied migration, not only the latest")]
    bool? All => TryGetValue<bool?>(() => All);

    [Parameter("Write names and sizes of the database's tables to this file, for LintMigrations where the database is out of reach")]
    string? PublishStatistics => TryGetValue(() => PublishStatistics);

    Target MigrationStatus => _ => _
        .Description("Applied, pending, orphaned and colliding migrations; exit 8 when some are pending")
        .Requires(() => EnvironmentName)
        .TryAfter<IBuild>(x => x.Build)
        .Executes(() => Run(MigrationStatusAsync, changesNothing: true));

    private async Task MigrationStatusAsync(CancellationToken cancellationToken)
    {
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        await using var database = await OpenDatabaseAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        if (PublishStatistics is { } path)
        {
            await File.WriteAllTextAsync(path, (await DatabaseStatistics.ReadAsync(database.Source, cancellationToken).ConfigureAwait(false)).Write(), cancellationToken).ConfigureAwait(false);
            Narrator.Say("statistics", path);
        }

        var release = await ChosenReleaseAsync(fleet, cancellationToken).ConfigureAwait(false);
        var inventory = await InventoryOfAsync(fleet, release, cancellationToken).ConfigureAwait(false);
        var state = await Migrations(fleet, host => host, null)
            .WithMigratorAsync((migrator, _) => migrator.StateAsync(inventory, cancellationToken), cancellationToken).ConfigureAwait(false);
        Session.Data["release"] = release?.Text;
        Session.Data["medusa"] = state.Inventory.Medusa;
        Session.Data["migrations"] = state.Lines.Select(line => new
        {
            Kind = line.Kind.ToString().ToLowerInvariant(),
            State = line.Standing.ToString().ToLowerInvariant(),
            line.Module,
            line.Name,
            line.At,
            line.Release,
        }).ToArray();
        Console.Out.WriteLine($"{fleet.Environment.Database.Name}   {release?.Text ?? "this checkout's build"}   Medusa {state.Inventory.Medusa}");
        if (state.Inventory.IsVersion1)
        {
            var applied = await AppliedMigrations.ReadAsync(database.Source, cancellationToken).ConfigureAwait(false);
            Console.Out.WriteLine($"A store of Medusa 1: {applied.Version1.Count} migrations are applied. Its own commands: medusa migrations show | run | revert");
            return;
        }

        var lines = MigrationText.Status(state, All == true).ToArray();
        foreach (var line in lines.Append(MigrationText.Summary(state)))
            Console.Out.WriteLine(line);
        // Pending ones are what a pull request brings; they are no fault of it.
        await ReportAsync($"migrations-{fleet.Environment.Name}", MigrationReport.Markdown($"{fleet.Environment.Name}: {MigrationText.Summary(state)}", 0, lines), true,
            MigrationText.Summary(state), cancellationToken).ConfigureAwait(false);
        if (state.IsPending)
            throw new OperationException("Migrations are pending", ExitCodes.MigrationsPending) { Next = $"./build.sh Migrate --environment {fleet.Environment.Name} --plan-only" };
    }
}
