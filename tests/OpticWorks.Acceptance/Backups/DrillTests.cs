using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A drill sees what a restore has lost, and nothing else.</summary>
[Collection(nameof(BackupServer))]
public sealed class DrillTests(PostgresServer server)
{
    [Fact]
    public async Task Planted_defects_are_all_caught_and_nothing_else()
    {
        (string Defect, string Found)[] planted =
        [
            ("delete from orders where id = 17", "table public.orders has 599 rows, not 600"),
            ("update product set data = data || '{\"n\": 0}' where id = 18", "table public.product has the 300 rows, but at least one with another content"),
            ("delete from part_2026 where id = 3", "table public.part_2026 has 499 rows, not 500"),
            ("alter table product drop constraint product_price_check", "constraint public.product product_price_check is missing"),
            ("select setval('product_id_seq', 299)", "sequence public.product_id_seq is behind: next is 300, not 301"),
            ("update pg_index set indisvalid = false where indexrelid = 'orders_state'::regclass", "index public.orders_state is another"),
            ("drop index product_handle_trgm", "index public.product_handle_trgm is missing"),
            ("drop extension pg_trgm", "extension pg_trgm is missing"),
            ("drop trigger touched on orders", "trigger public.orders touched is missing"),
            ("alter type status rename value 'paid' to 'settled'", "type public.status is another"),
            ("drop view open_orders", "view public.open_orders is missing"),
        ];
        using var store = new FaultyStore();
        MeddlingHost? host = null;
        await using var shop = await Shop.CreateAsync(server, host: real => host = new MeddlingHost(real));
        using var objects = store.Open();
        var bucket = Bucket(objects);
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        host!.AfterRestore = async () =>
        {
            var scratch = await server.ScalarAsync<string>("postgres", $"select datname::text from pg_database where datname like '{RestoreDrill.Prefix}%'");
            await server.ExecuteAsync(scratch, $"set session_replication_role = replica; {string.Join("; ", planted.Select(one => one.Defect))}");
        };
        var entry = await new BackupCatalog(bucket).GetAsync(null, shop.Name, default);
        var failure = await Should.ThrowAsync<OperationException>(() => new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default));
        failure.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        var damaged = await new BackupCatalog(bucket).GetAsync(null, shop.Name, default);
        damaged.Verified.ShouldBeNull();
        foreach (var (_, found) in planted)
            damaged.Verdict!.Problems.ShouldContain(problem => problem.StartsWith(found, StringComparison.Ordinal));

        // The same backup without the defects.
        host.AfterRestore = null;
        (await new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default)).Problems.ShouldBeEmpty();
        (await new BackupCatalog(bucket).GetAsync(null, shop.Name, default)).Verified.ShouldNotBeNull();
    }

    /// <summary>Each change alone, then its reverse: what a type's equality would hide, and what a sum of linear hashes would.</summary>
    [Fact]
    public async Task A_digest_sees_every_change_of_a_value()
    {
        (string Table, string Change, string Back)[] changes =
        [
            ("public.product", "update product set price = case id when 1 then 2.5 else 1.5 end where id in (1, 2)", "update product set price = case id when 1 then 1.5 else 2.5 end where id in (1, 2)"),
            ("public.product", "update product set tags[1] = 'b' where id = 3", "update product set tags[1] = 'a' where id = 3"),
            ("public.product", "update product set photo = null where id = 4", "update product set photo = decode(md5('4'), 'hex') where id = 4"),
            ("public.scale", "update scale set t = 1.00", "update scale set t = 1.0"),
            ("public.span", "update span set s = '30 days'", "update span set s = '1 mon'"),
            ("public.loose", "update loose set word = 'LENS'", "update loose set word = 'lens'"),
            ("public.part_2026", "update part set at = '2026-12-31' where id = 1", "update part set at = '2026-01-02' where id = 1"),
            ("public.orders", "update orders set kind = 'shop', note = null where id = 2", "update orders set kind = 'web', note = null where id = 2"),
        ];
        await using var shop = await Shop.CreateAsync(server);
        await server.ExecuteAsync(shop.Name, $"""
            alter table orders disable trigger touched;
            update orders set kind = 'web' where id = 2;
            create table scale (id int, t numeric); insert into scale values (1, 1.0);
            create table span (s interval); insert into span values ('1 mon');
            create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create table loose (word text collate caseless); insert into loose values ('lens');
            grant select on scale, span, loose to {Shop.Owner};
            """);
        var before = await DigestsAsync(shop);
        foreach (var (table, change, back) in changes)
        {
            await server.ExecuteAsync(shop.Name, change);
            var changed = await DigestsAsync(shop);
            changed.Where(pair => before[pair.Key] != pair.Value).Select(pair => pair.Key).ShouldBe([table], change);
            await server.ExecuteAsync(shop.Name, back);
            (await DigestsAsync(shop)).ShouldBe(before, ignoreOrder: true, back);
        }
    }

    private static async Task<Dictionary<string, string>> DigestsAsync(Shop shop)
    {
        await using var snapshot = await DatabaseSnapshot.ExportAsync(shop.Site.Database.Source, default);
        return (await new ContentsReader(shop.Site.Database.Source, snapshot.Id).TablesAsync(2, default)).ToDictionary(table => table.Name, table => table.Digest);
    }

    [Fact]
    public async Task A_busy_database_is_backed_up_exactly()
    {
        using var store = new FaultyStore();
        MeddlingHost? host = null;
        await using var shop = await Shop.CreateAsync(server, rows: 2000, host: real => host = new MeddlingHost(real));
        using var stop = new CancellationTokenSource();
        var rounds = 0;
        var busy = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await shop.ExecuteAsync($"""
                    insert into product (handle, price) values ('busy-{rounds}', 1); update product set price = price + 1 where id % 7 = {rounds % 7};
                    delete from orders where id % 97 = {rounds % 97}; insert into orders (product, quantity) values (1, {rounds});
                    """);
                Interlocked.Increment(ref rounds);
            }
        });
        using var objects = store.Open();
        var bucket = Bucket(objects);
        host!.DuringDump = async () =>
        {
            // The writer is at work after the snapshot was taken and before the dump is read.
            var seen = Volatile.Read(ref rounds);
            while (Volatile.Read(ref rounds) < seen + 3 && !busy.IsCompleted)
                await Task.Delay(10);
        };
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        await stop.CancelAsync();
        await busy;
        var entry = await new BackupCatalog(bucket).GetAsync(null, shop.Name, default);
        (await new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default)).Problems.ShouldBeEmpty();
        rounds.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_dump_that_ends_early_is_no_backup()
    {
        using var store = new FaultyStore();
        MeddlingHost? host = null;
        await using var shop = await Shop.CreateAsync(server, host: real => host = new MeddlingHost(real));
        using var objects = store.Open();
        var bucket = Bucket(objects);
        host!.Dump = stream => new Cut(stream);
        var failure = await Should.ThrowAsync<OperationException>(() => new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
        store.Bucket.Keys.ShouldBeEmpty();
        store.Bucket.Unfinished.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_killed_drill_left_is_dropped_by_the_next()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        using var objects = store.Open();
        var bucket = Bucket(objects);
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        await server.ExecuteAsync("postgres", $"create database {RestoreDrill.Prefix}0a1b2c3d owner {Shop.Owner}");
        await new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(await new BackupCatalog(bucket).GetAsync(null, shop.Name, default), "mara@laptop", default);
        (await server.ScalarAsync<long>("postgres", $"select count(*) from pg_database where datname = '{RestoreDrill.Prefix}0a1b2c3d'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_pg_restore_refuses_at_once_is_not_read_to_its_end()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 10, host: real => new Refusing(real));
        await shop.ExecuteAsync("""
            create table big (b bytea); alter table big alter b set storage external;
            insert into big select decode(string_agg(md5(random()::text), ''), 'hex') from generate_series(1, 500) g, generate_series(1, 4000) h group by g
            """);
        using var objects = store.Open();
        var bucket = Bucket(objects);
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        var entry = await new BackupCatalog(bucket).GetAsync(null, shop.Name, default);
        // Whoever reads on to the last frame finds this.
        var key = bucket.Keys.Object(entry.Id);
        var bytes = (await objects.ReadAsync(key, default)).ShouldNotBeNull();
        bytes[^1] ^= 1;
        await objects.PutAsync(key, bytes, default);
        var failure = await Should.ThrowAsync<OperationException>(() => new RestoreDrill(shop.Site, bucket, new Silence()).RunAsync(entry, "mara@laptop", default));
        failure.Message.ShouldBe("pg_restore failed");
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
    }

    private static BackupBucket Bucket(ObjectStore objects) => new(objects, "medusa/", BackupSecret.Parse(Shop.Key));

    /// <summary>Its pg_restore fails without reading its input.</summary>
    private sealed class Refusing(IHost host) : IHost
    {
        public string Name => host.Name;

        public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
            host.RunAsync($"{command}".Contains("pg_restore --exit-on-error", StringComparison.Ordinal) ? ShellCommand.Script("echo 'pg_restore: error: role \"keeper\" does not exist' >&2; exit 1") : command, input, onLine, cancellationToken);

        public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
            host.StreamAsync(command, read, cancellationToken, input);

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => host.UploadAsync(content, path, mode, cancellationToken);
    }

    /// <summary>Loses the last bytes of a stream.</summary>
    private sealed class Cut(Stream inner) : MemoryStream
    {
        private bool _filled;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_filled)
            {
                await inner.CopyToAsync(this, cancellationToken);
                SetLength(Length - 40);
                (_filled, Position) = (true, 0);
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
