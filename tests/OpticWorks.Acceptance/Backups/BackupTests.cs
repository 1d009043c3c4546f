using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A real PostgreSQL 17 into Cloudflare's own local R2, and back.</summary>
public sealed class BackupTests(PostgresServer server, LocalR2 r2) : IClassFixture<PostgresServer>, IClassFixture<LocalR2>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_counts_once_it_was_restored(bool encrypted)
    {
        await using var shop = await Shop.CreateAsync(server);
        using var store = r2.Open();
        var bucket = new BackupBucket(store, $"medusa-{encrypted}/", encrypted ? BackupSecret.Parse(Shop.Key) : null);

        var manifest = await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        var entry = (await new BackupCatalog(bucket).ListAsync(shop.Name, default)).ShouldHaveSingleItem();
        entry.Problem.ShouldBeNull();
        entry.Manifest.ShouldNotBeNull().Digest.ShouldBe(manifest.Digest);
        entry.Verified.ShouldBeNull();
        entry.Manifest.Rows.ShouldBe(300 + 600 + 500 + 2);

        var proof = await new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default);
        proof.Kind.ShouldBe(ProofKind.Restored);
        (await new BackupCatalog(bucket).ListAsync(shop.Name, default)).ShouldHaveSingleItem().Verified.ShouldNotBeNull();
        (await shop.ScalarAsync<long>($"select count(*) from pg_database where datname like '{RestoreDrill.Prefix}%'")).ShouldBe(0);
    }
}
