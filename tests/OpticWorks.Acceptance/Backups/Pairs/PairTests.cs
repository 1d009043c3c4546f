using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Backups;

namespace OpticWorks.Acceptance.Backups.Pairs;

/// <summary>A whole Backup beside a whole Migrate of the same database.</summary>
[Collection(nameof(BackupServer))]
public sealed class PairTests(PostgresServer server, LocalR2 r2)
{
    [Fact]
    public async Task A_migration_waits_for_a_backup_that_runs_and_the_backup_holds_none_of_it()
    {
        await using var pair = await Pair.CreateAsync(server, r2);
        Task<string>? migrating = null;
        var host = new MeddlingHost(new LocalHost(server.Programs))
        {
            DuringDump = async () =>
            {
                migrating = pair.Store.MigrateAsync();
                await Wait.UntilAsync("the migration waits", () => pair.Watch.Now.Waiting.Contains("Migrate"));
            },
        };
        var site = await Shop.OpenAsync(server.Port, pair.Store.Database, host, PostgresServer.User);
        await using (site.Database)
            await new BackupRun(site, pair.Bucket, new Silence()).RunAsync(Shop.Wish, default);

        (await migrating.ShouldNotBeNull()).ShouldContain("applied and proved");
        (await pair.HeldAsync((await pair.ListedAsync()).ShouldHaveSingleItem())).ShouldBe(Migrated.None);
        await TookTurnsAsync(pair, "Backup", "Migrate");
    }

    [Fact]
    public async Task A_backup_waits_for_a_migration_that_runs_and_holds_all_of_it()
    {
        await using var pair = await Pair.CreateAsync(server, r2);
        var migrating = pair.Store.MigrateAsync();
        await Wait.UntilAsync("the migration runs", () => pair.Watch.Now.Migrates);
        await pair.BackupAsync();

        (await migrating).ShouldContain("applied and proved");
        (await pair.HeldAsync((await pair.ListedAsync()).ShouldHaveSingleItem())).ShouldBe(Migrated.All);
        await TookTurnsAsync(pair, "Migrate", "Backup");
    }

    private static async Task TookTurnsAsync(Pair pair, params string[] order)
    {
        pair.Watch.Order.ShouldBe(order);
        pair.Watch.Both.ShouldBeEmpty();
        pair.Watch.Migrating.ShouldBeGreaterThan(0);
        await pair.Store.ShouldBeDoneOnceAsync(string.Join('\n', pair.Store.Notes.Lines));
    }
}
