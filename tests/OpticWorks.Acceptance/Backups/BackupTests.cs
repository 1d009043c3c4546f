using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Backups.Retention;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A real PostgreSQL 17 into Cloudflare's own local R2, and back.</summary>
[Collection(nameof(BackupServer))]
public sealed class BackupTests(PostgresServer server, LocalR2 r2)
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

    [Fact]
    public async Task Damage_in_the_bucket_is_found_named_and_remembered()
    {
        await using var shop = await Shop.CreateAsync(server, rows: 20);
        using var store = r2.Open();
        var bucket = new BackupBucket(store, "damaged/", BackupSecret.Parse(Shop.Key));
        var manifest = await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        var catalog = new BackupCatalog(bucket);
        var entry = await catalog.GetAsync(manifest.Id, shop.Name, default);
        await new BackupCheck(bucket, new Silence()).RunAsync(entry, "mara@laptop", null, default);

        var key = bucket.Keys.Object(entry.Id);
        var bytes = (await store.ReadAsync(key, default)).ShouldNotBeNull();
        bytes[1000] ^= 1;
        await store.PutAsync(key, bytes, default);
        var found = await Should.ThrowAsync<OperationException>(() => new BackupCheck(bucket, new Silence()).RunAsync(entry, "mara@laptop", null, default));
        found.Seen.ShouldNotBeNull().ShouldStartWith("frame 0 (archive), bytes 128-");
        (await catalog.GetAsync(manifest.Id, shop.Name, default)).Verdict.ShouldNotBeNull().Problems.ShouldHaveSingleItem();
        // A restore does not even begin to hand it to pg_restore.
        (await Should.ThrowAsync<OperationException>(() => new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default)))
            .Message.ShouldContain("is damaged");

        await store.PutAsync(key, bytes.AsMemory(0, 500), default);
        (await catalog.GetAsync(manifest.Id, shop.Name, default)).Problem.ShouldBe($"its object has 500 bytes, not {bytes.Length}");
    }

    [Fact]
    public async Task Backups_are_pruned_by_the_policy_and_orphans_by_the_next_run()
    {
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        using var store = r2.Open();
        var bucket = new BackupBucket(store, "pruned/", null);
        var run = new BackupRun(shop.Site, bucket, new Silence());
        var first = await run.RunAsync(Shop.Wish, default);
        var catalog = new BackupCatalog(bucket);
        await new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(await catalog.GetAsync(first.Id, shop.Name, default), "mara@laptop", default);
        await store.PutTextAsync(bucket.Keys.Object(BackupId.New(DateTimeOffset.UtcNow, shop.Name)), "no manifest names it", default);
        await store.PutTextAsync(bucket.Keys.Object(BackupId.New(DateTimeOffset.UtcNow, "another")), "another database's, which may be uploading", default);
        for (var i = 0; i < 2; i++)
            await run.RunAsync(Shop.Wish, default);
        (await store.ListAsync("pruned/", default)).Count(item => item.Key.EndsWith(".dump", StringComparison.Ordinal)).ShouldBe(4);

        var policy = new Operations.Environments.RetentionSettings { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 };
        var entries = await catalog.ListAsync(shop.Name, default);
        var verdicts = Pruning.Decide(entries, policy, DateTimeOffset.UtcNow);
        verdicts.Single(verdict => verdict.Id.Text == first.Id).Reason.ShouldContain("newest verified");
        (await new Pruning(bucket, new Silence()).RemoveAsync(verdicts, default)).ShouldBe(1);
        (await catalog.ListAsync(shop.Name, default)).Count.ShouldBe(2);
        Freshness.Of(await catalog.ListAsync(null, default), shop.Name, TimeSpan.FromHours(1), DateTimeOffset.UtcNow).IsFresh.ShouldBeTrue();
    }
}
