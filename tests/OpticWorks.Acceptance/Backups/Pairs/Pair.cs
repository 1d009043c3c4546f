using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Transactions;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Acceptance.Backups.Pairs;

/// <summary>One database with everything that a Backup and a Migrate of it need, and a look at who is at work in it.</summary>
internal sealed class Pair : IAsyncDisposable
{
    /// <summary>Rows that make a dump take a moment.</summary>
    private const int Rows = 30_000;

    private readonly LocalR2 _r2;
    private readonly ObjectStore _objects;
    private readonly string _prefix;
    private readonly Dictionary<string, Migrated> _held = [];

    private Pair(LightStore store, DatabaseSite site, LocalR2 r2)
    {
        (Store, Site, _r2, _objects, _prefix) = (store, site, r2, r2.Open(), $"{store.Database}/");
        Bucket = BucketOf(_objects, _prefix);
        Watch = new LockWatch(store.Source);
    }

    public LightStore Store { get; }

    public DatabaseSite Site { get; }

    public BackupBucket Bucket { get; }

    public LockWatch Watch { get; }

    private PostgresServer Server => Store.Server;

    public static async Task<Pair> CreateAsync(PostgresServer server, LocalR2 r2)
    {
        var store = await SlowMigration.StoreAsync(server);
        await server.ExecuteAsync(store.Database, $"create table shelf as select i as id, md5(i::text) as mark from generate_series(1, {Rows}) i");
        return new Pair(store, await Shop.OpenAsync(server.Port, store.Database, new LocalHost(server.Programs), PostgresServer.User), r2);
    }

    public static BackupBucket BucketOf(ObjectStore objects, string prefix) => new(objects, prefix, BackupSecret.Parse(Shop.Key));

    /// <summary>Takes a backup in this process.</summary>
    public Task<BackupManifest> BackupAsync(Notes? notes = null) =>
        new BackupRun(Site, Bucket, notes ?? new Notes()).RunAsync(Shop.Wish with { Wait = TimeSpan.FromMinutes(2) }, default);

    /// <summary>The operator's program of a backup or of a migration.</summary>
    public Operator Start(string side) => side == "Backup"
        ? new Operator("backup", "beside", Server.Programs, $"{Server.Port}", Store.Database, _r2.Address, _r2.Secrets, _prefix)
        : new Operator("migrate", $"{Server.Port}", Store.Database, Store.Light.Path);

    public Task<IReadOnlyList<BackupEntry>> ListedAsync() => new BackupCatalog(Bucket).ListAsync(Store.Database, default);

    /// <summary>Backups that a restore has shown to be whole.</summary>
    public int Restored => _held.Count;

    /// <summary>Objects that no manifest names.</summary>
    public async Task<IReadOnlyList<string>> OrphansAsync()
    {
        var listed = (await _objects.ListAsync(_prefix, default)).Select(item => item.Key).ToHashSet();
        return [.. listed.Where(key => Bucket.Keys.OfObject(key) is { } id && !listed.Contains(Bucket.Keys.Manifest(id)))];
    }

    /// <summary>What a backup holds of the migration; a real restore has shown that it is whole.</summary>
    public async Task<Migrated> HeldAsync(BackupEntry entry)
    {
        if (_held.TryGetValue(entry.Id.Text, out var known))
            return known;
        (await new RestoreDrill(Site, Bucket, new Silence()).RunAsync(entry, "mara@laptop", default)).Verifies.ShouldBeTrue();
        var rest = await new BackupReading(Bucket, entry.Manifest!).UseAsync(archive => archive.CopyToAsync(Stream.Null), _ => { }, default);
        long? Count(string table) => rest.Contents.Tables.SingleOrDefault(one => one.Name == $"public.{table}")?.Rows;
        Count("shelf").ShouldBe(Rows);
        return _held[entry.Id.Text] = new Migrated(Count("mikro_orm_migrations") ?? 0, Count("account") ?? 0, Count("lens_account") is not null, Count("lens") ?? 0);
    }

    /// <summary>What the database holds of the migration.</summary>
    public async Task<Migrated> HeldAsync()
    {
        async Task<long?> CountAsync(string table) => (await Store.RowsAsync($"select to_regclass('{table}')::text"))[0].Length == 0 ? null
            : long.Parse((await Store.RowsAsync($"select count(*) from {table}"))[0], System.Globalization.CultureInfo.InvariantCulture);
        return new Migrated(await CountAsync("mikro_orm_migrations") ?? 0, await CountAsync("account") ?? 0, await CountAsync("lens_account") is not null, await CountAsync("lens") ?? 0);
    }

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        await Site.Database.DisposeAsync();
        await Store.DisposeAsync();
        _objects.Dispose();
    }
}

/// <summary>How far a <see cref="SlowMigration"/> had come.</summary>
/// <param name="Modules">Migrations that Medusa has recorded.</param>
/// <param name="Accounts">Rows that the last of them adds.</param>
/// <param name="Link">The link's table is there.</param>
/// <param name="Filled">Rows that the script adds.</param>
internal sealed record Migrated(long Modules, long Accounts, bool Link, long Filled)
{
    public static Migrated None { get; } = new(0, 0, false, 0);

    public static Migrated All { get; } = new(5, 1, true, 1);
}
