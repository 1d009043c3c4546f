using System.Collections.Concurrent;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Acceptance.Database;

/// <summary>The sample store's real Medusa on a real PostgreSQL 17.</summary>
[Trait("Tier", "Campaign")]
public sealed class MedusaMigrateTests(MedusaStore store) : IClassFixture<MedusaStore>
{
    [Fact]
    public async Task An_empty_database_is_migrated_and_proved_and_the_second_time_nothing_is_pending()
    {
        var database = await store.Server.CreateDatabaseAsync();
        var release = await store.ReleaseAsync(database);
        await using var source = store.Server.Source(database);
        var narrator = new Notes();
        var migrator = new Migrator(source, store.Parser, new MigrationPolicy(), NoBackups, "mara@laptop", narrator);

        var review = await migrator.ReviewAsync(release.InventoryAsync, default);
        review.State.Of(Standing.Applied).ShouldBeEmpty();
        review.State.Of(Standing.Colliding).ShouldBeEmpty();
        review.State.PendingMigrations.Count.ShouldBe(185);
        (await migrator.MigrateAsync(release, true, default)).ShouldStartWith("185 migrations, 20 link tables, 5 scripts applied and proved");
        var state = await migrator.StateAsync(release.InventoryAsync, default);
        state.IsPending.ShouldBeFalse();
        state.Lines.ShouldAllBe(line => line.Standing == Standing.Applied && line.Release == release.Release.Text);
        (await migrator.MigrateAsync(release, true, default)).ShouldStartWith("nothing is pending, and nothing has changed since");
        narrator.Warnings.ShouldBeEmpty();
    }

    private static BackupGate NoBackups { get; } = new(TimeSpan.FromHours(26), (_, _) => Task.FromResult<VerifiedBackup?>(null), null);
}

internal sealed class Notes : INarrator
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IEnumerable<string> Warnings => Lines.Where(line => line.StartsWith('!'));

    public void Say(string topic, string text) => Lines.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => Lines.Enqueue($"! {topic}: {text}");

    public void Detail(string topic, string text) => Lines.Enqueue($"  {topic}: {text}");
}
