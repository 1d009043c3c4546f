using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Database;

/// <summary>What migrating needs beside the environment; opened only when a step runs.</summary>
/// <param name="Open">The environment's database; the caller disposes it.</param>
/// <param name="Parser">PostgreSQL's parser.</param>
public sealed record MigrationTools(
    Func<CancellationToken, Task<StoreDatabase>> Open, Func<CancellationToken, Task<Toolchain.Tool>> Parser, MigrationPolicy Policy, BackupGate Backups);

/// <summary>The steps that migrate a release's database; part of the plans of Migrate, DeployBackend and Release.</summary>
/// <param name="connect">A host as its deploy user, for what only looks.</param>
/// <param name="fence">The same host behind its fence, for what changes.</param>
public sealed class MigratePlans(
    StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, MigrationTools tools, string owner, INarrator narrator)
{
    /// <summary>Migrates once, from the first backend host, and proves it. The release is staged there.</summary>
    /// <param name="previous">What each instance runs, by "host:port"; empty: nothing.</param>
    public Stage Migrate(ReleaseId release, IReadOnlyDictionary<string, string> previous)
    {
        var otherRelease = previous.Values.Any(name => name.Length > 0 && name != release.Text);
        return new Stage(1, new Step("migrate", environment.Database.Name)
        {
            Do = token => WithMigratorAsync((migrator, _) => migrator.MigrateAsync(Release(release), otherRelease, token), token),
            NoUndo = "expand migrations stay",
        });
    }

    /// <summary>The same for Release: where every pending migration is a contract, all of them wait for <see cref="Contract"/>. Medusa runs all that are pending, so
    /// a contract among others is refused, as everywhere while two releases run.</summary>
    public Stage Expand(ReleaseId release, IReadOnlyDictionary<string, string> previous) => new(1, new Step("migrate", environment.Database.Name)
    {
        Do = token => WithMigratorAsync(async (migrator, _) =>
        {
            var otherRelease = previous.Values.Any(name => name.Length > 0 && name != release.Text);
            var review = await migrator.ReviewAsync(Release(release).InventoryAsync, token).ConfigureAwait(false);
            return otherRelease && review.Pending.Count > 0 && review.Contracts.Count == review.Pending.Count
                ? $"{review.Pending.Count} contract {(review.Pending.Count == 1 ? "migration waits" : "migrations wait")} until the old release is gone"
                : await migrator.MigrateAsync(Release(release), otherRelease, token).ConfigureAwait(false);
        }, token),
        NoUndo = "expand migrations stay",
    });

    /// <summary>What waited until no instance runs the old release. The new release works without it, so its failure takes nothing back; nor does an interruption,
    /// because the old release may not work beside it.</summary>
    public Step Contract(ReleaseId release) => new("migrate", $"{environment.Database.Name}, what waited for the old release to be gone")
    {
        Do = async token =>
        {
            try
            {
                return await WithMigratorAsync((migrator, _) => migrator.MigrateAsync(Release(release), otherRelease: false, token), token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (OperationCanceledException or Transactions.Fences.FencedOffException))
            {
                narrator.Warn("migrate", $"contract migrations are left pending: {e.Message}; ./build.sh Migrate --environment {environment.Name} runs them");
                return "left pending";
            }
        },
        NoUndo = "a contract has no way back; it comes when everything else is done",
        PointOfNoReturn = true,
    };

    /// <summary>Takes back what a release's Migrate applied, the latest first, one step each.</summary>
    /// <param name="with">The release whose Medusa does it.</param>
    public Plan Revert(ReleaseId release, ReleaseId with, IReadOnlyList<MigrationName> migrations) => new("RevertMigrations", environment.Name,
        [.. migrations.Select(migration => new Stage(1, new Step("revert", $"{migration.Module} {migration.Name}")
        {
            Do = token => WithMigratorAsync((migrator, database) => new MigrationRevert(database.Source, migrator, tools.Policy, owner, narrator)
                .RunAsync(Release(with), release, migration, token), token),
            // What one step took back stays so when a later one fails; the operation then ends with exit 6 and names it.
            Undo = token => WithMigratorAsync(async (_, database) =>
            {
                await MigrationRevert.MustBeAppliedAsync(database.Source, migration, environment.Name, token).ConfigureAwait(false);
                return true;
            }, token),
            UndoText = "none: Migrate applies it again",
        }))]);

    /// <summary>A release on the host that migrates.</summary>
    public ReleaseOnHost Release(ReleaseId release)
    {
        var host = connect(environment.Hosts[0]);
        return new ReleaseOnHost(host, fence(host), new HostLayout(environment.Releases.Directory), release);
    }

    internal async Task<T> WithMigratorAsync<T>(Func<Migrator, StoreDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var database = await tools.Open(cancellationToken).ConfigureAwait(false);
        var migrator = new Migrator(database.Source, new SqlParser(await tools.Parser(cancellationToken).ConfigureAwait(false)), tools.Policy, tools.Backups,
            $"{owner}@{System.Environment.MachineName}", narrator)
        { Again = $"./build.sh Migrate --environment {environment.Name}" };
        return await work(migrator, database).ConfigureAwait(false);
    }
}
