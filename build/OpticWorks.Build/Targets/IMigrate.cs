using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "Migrate --environment staging --plan-only", ChangesEnvironment = true,
    Effects = "The database's schema, and what migration scripts do to its data; the suite's own ledger (schema opticworks). After Build in the same run, a release folder on the first backend host",
    Needs = "--environment, and --confirm where it is protected; its secrets (database, redis, variables); SSH as the deploy user to the balancer and the backend hosts; "
        + "a fresh verified backup when data would be destroyed; --accept for what stands against the pending migrations",
    Undo = "Each module's migrations are applied all or none; what is applied stays, and the next run goes on from there. Only RevertMigrations takes back")]
internal interface IMigrate : IHazMigrations
{
    Target Migrate => _ => _
        .Description("Run the pending migrations beside the running shop, and prove the result")
        .Requires(() => EnvironmentName)
        .TryAfter<IBuild>(x => x.Build)
        .Executes(() => Run(MigrateAsync));

    static PlanKind MigrateKind { get; } = new("Migrate", async (build, asked) =>
    {
        var migrate = build.Migrations(asked.Fleet, asked.Fence, asked.Accepted).Migrate(asked.Release, asked.Previous);
        if (!asked.Header.Parameters.ContainsKey("artifact"))
            return new Plan("Migrate", asked.Fleet.Environment.Name, [migrate]);
        var (artifact, variables) = await build.DeployedAsync(asked).ConfigureAwait(false);
        return build.Backend(asked).Migrate(asked.Release, artifact, build.Artifacts, variables, migrate);
    });

    async Task MigrateAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        RequireConfirmation(fleet.Environment);
        var chosen = await ChosenReleaseAsync(fleet, interrupt).ConfigureAwait(false);
        var review = await ReviewMigrationsAsync(fleet, chosen, interrupt).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            ShowMigrations(fleet.Environment, review);
            return;
        }

        var artifact = chosen is null ? Session.Artifact : null;
        var release = chosen ?? (Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact!.Commit));
        var variables = artifact is null ? null : BackendVariables.Of(fleet.Environment, release, await SecretsAsync(fleet.Environment, interrupt, "database", "redis", "variables").ConfigureAwait(false));
        await fleet.Operation.RunAsync("Migrate", Reason ?? $"Migrate for {release}", Wish,
            async token =>
            {
                var parameters = new Dictionary<string, string>(await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, token).ConfigureAwait(false));
                review.Require(MigrationPolicy.Accepting(Accept), parameters.Values.Any(name => name.Length > 0 && name != release.Text), $"./build.sh Migrate --environment {fleet.Environment.Name}");
                if (artifact is not null)
                    parameters["artifact"] = artifact.Digest;
                if (Accept is { } accepted)
                    parameters["accept"] = accepted;
                return new PlanSource(release.Text, parameters);
            },
            (source, fence, _) =>
            {
                var migrate = Migrations(fleet, fence, Accept).Migrate(release, Fleet.Previous(source.Parameters));
                return Task.FromResult(artifact is null
                    ? new Plan("Migrate", fleet.Environment.Name, [migrate])
                    : new BackendPlans(fleet.Environment, fleet.Connect, fence, System.Environment.UserName, Narrator).Migrate(release, artifact, Artifacts, variables, migrate));
            },
            interrupt, detach).ConfigureAwait(false);
        Session.Data["release"] = release.Text;
        Narrator.Say("done", $"{fleet.Environment.Database.Name} is migrated for {release}");
    }

    /// <summary>What the release would migrate, judged against the database as it is now.</summary>
    private async Task<MigrationReview> ReviewMigrationsAsync(Fleet fleet, ReleaseId? release, CancellationToken cancellationToken)
    {
        var inventory = await InventoryOfAsync(fleet, release, cancellationToken).ConfigureAwait(false);
        return await Migrations(fleet, host => host, Accept).WithMigratorAsync((migrator, _) => migrator.ReviewAsync(inventory, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static void ShowMigrations(StoreEnvironment environment, MigrationReview review)
    {
        Console.Out.WriteLine($"Migrate {environment.Database.Name}   {MigrationText.Summary(review.State)}");
        foreach (var line in MigrationText.Review(review))
            Console.Out.WriteLine(line);
        if (review.LosesData)
            Console.Out.WriteLine($"Data is destroyed: a verified backup of the last {environment.Backups.FreshWithin.TotalHours:0.#} h is needed, and taken when there is none.");
        Console.Out.WriteLine("Nothing was changed.");
        Session.Data["migrations"] = MigrationData.Of(review);
    }
}
