using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A backup takes the live database's place, or nothing has happened.</summary>
[Collection(nameof(BackupServer))]
public sealed class RestoreTests(PostgresServer server)
{
    private const string Stamp = "20261126t140512";

    [Fact]
    public async Task The_backup_becomes_the_live_database_and_the_old_one_stays()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        await shop.ExecuteAsync("delete from orders; insert into product (handle, price) values ('after', 1)");
        shop.Site.Database.Source.Clear();

        await new PlanRunner(new Silence()).RunAsync(Plan(shop, bucket, entry), default(CancellationToken));
        (await server.ScalarAsync<long>(shop.Name, "select count(*) from orders")).ShouldBe(600);
        (await server.ScalarAsync<long>(shop.Name, "select count(*) from product where handle = 'after'")).ShouldBe(0);
        (await server.ScalarAsync<long>($"{shop.Name}_before_{Stamp}", "select count(*) from product where handle = 'after'")).ShouldBe(1);
        // The safety backup holds what was live.
        (await new BackupCatalog(bucket).ListAsync(shop.Name, default)).Count.ShouldBe(2);
        (await DatabasesAsync(shop)).ShouldBe([shop.Name, $"{shop.Name}_before_{Stamp}"]);
    }

    [Fact]
    public async Task Only_what_a_restore_left_is_dropped_and_no_neighbour_whose_name_begins_alike()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        string[] names = [$"{shop.Name}_new_york", $"{shop.Name}_new_20250101t000000_copy", $"{shop.Name}_new_20250101t000000"];
        foreach (var name in names)
            await server.ExecuteAsync("postgres", $"create database {name} owner {Shop.Owner}");
        shop.Site.Database.Source.Clear();
        await new PlanRunner(new Silence()).RunAsync(Plan(shop, bucket, entry), default(CancellationToken));
        (await DatabasesAsync(shop)).ShouldBe([shop.Name, $"{shop.Name}_before_{Stamp}", $"{shop.Name}_new_20250101t000000_copy", $"{shop.Name}_new_york"], ignoreOrder: true);
    }

    /// <summary>Rights, settings, the limit of connections and the locale are the database's own; pg_dump writes none of them.</summary>
    [Fact]
    public async Task What_the_live_database_has_and_no_backup_holds_is_told()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        await server.ExecuteAsync("postgres", $"revoke temporary on database {shop.Name} from public");
        await server.ExecuteAsync("postgres", $"alter database {shop.Name} connection limit 90");
        await server.ExecuteAsync("postgres", $"alter database {shop.Name} set statement_timeout = '15s'");
        await server.ExecuteAsync("postgres", $"alter role {Shop.Owner} in database {shop.Name} set work_mem = '64MB'");
        shop.Site.Database.Source.Clear();
        var notes = new Notes();

        await new PlanRunner(new Silence()).RunAsync(Plan(shop, bucket, entry, narrator: notes), default(CancellationToken));

        var told = string.Join('\n', notes.Warnings);
        told.ShouldContain(", restored the default ones");
        told.ShouldContain("connection limit 90, restored -1");
        told.ShouldContain($"settings {Shop.Owner} work_mem, statement_timeout, restored none");
        told.ShouldNotContain("locale");
        told.ShouldNotContain("15s");
    }

    [Fact]
    public async Task A_restore_is_taken_back_without_the_backup()
    {
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        var names = new SwapNames(shop.Name, Stamp);
        await server.ExecuteAsync("postgres", $"create database {names.New} owner {Shop.Owner}");
        shop.Site.Database.Source.Clear();
        await new DatabaseSwap(shop.Site, names).SwapAsync(default);
        var plan = new RestorePlans(Shop.Environment(shop.Site.Settings), _ => shop.Site.Host, found => found,
            _ => Shop.OpenAsync(server.Port, shop.Name, shop.Site.Host), null, null, new Silence()).Restore(null, Stamp, new Dictionary<string, string>());
        foreach (var step in plan.Stages.SelectMany(stage => stage.Steps).Reverse().Where(step => step.Undo is not null))
            await step.Undo!(default);
        (await DatabasesAsync(shop)).ShouldBe([shop.Name]);
        (await server.ScalarAsync<long>(shop.Name, "select count(*) from product")).ShouldBe(10);
    }

    [Fact]
    public async Task While_somebody_is_connected_nothing_is_swapped()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        await using var source = server.Source(shop.Name);
        await using var shopper = await source.OpenConnectionAsync();
        (await DatabaseSwap.SessionsAsync(shop.Site, default)).ShouldHaveSingleItem();

        var names = new SwapNames(shop.Name, Stamp);
        await server.ExecuteAsync("postgres", $"create database {names.New} owner {Shop.Owner}");
        var swap = new DatabaseSwap(shop.Site, names) { SessionLimit = TimeSpan.FromMilliseconds(300) };
        (await Should.ThrowAsync<OperationException>(() => swap.SwapAsync(default))).Message.ShouldBe($"{shop.Name} is in use");
        await shopper.CloseAsync();
        source.Clear();
        await swap.SwapAsync(default);
        // Again, as after a kill: it is done already, and back, and back again.
        await swap.SwapAsync(default);
        await swap.SwapBackAsync(default);
        await swap.SwapBackAsync(default);
        (await server.ScalarAsync<long>(shop.Name, "select count(*) from orders")).ShouldBe(600);
        entry.Manifest.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_restore_that_fails_leaves_the_live_database_as_it_was()
    {
        using var store = new FaultyStore();
        MeddlingHost? host = null;
        await using var shop = await Shop.CreateAsync(server, host: real => host = new MeddlingHost(real));
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        host!.AfterRestore = () => server.ExecuteAsync(new SwapNames(shop.Name, Stamp).New, "set session_replication_role = replica; delete from product where id = 3");
        var failure = await Should.ThrowAsync<OperationException>(() => new PlanRunner(new Silence()).RunAsync(Plan(shop, bucket, entry, host), default(CancellationToken)));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
        failure.Explain().ShouldContain("299 rows, not 300");
        (await DatabasesAsync(shop)).ShouldBe([shop.Name]);
        (await server.ScalarAsync<long>(shop.Name, "select count(*) from product")).ShouldBe(300);
    }

    [Fact]
    public async Task One_table_comes_back_beside_the_live_one()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        await shop.ExecuteAsync("delete from orders where id < 100");
        var (name, rows) = await new RestoredTable(shop.Site, bucket, new Silence()).RunAsync(entry, TableName.Parse("orders"), Stamp, default);
        (name, rows).ShouldBe(($"public.orders_from_{Stamp}", 600ul));
        (await shop.ScalarAsync<long>($"select count(*) from {name} where id < 100 and state is not null")).ShouldBe(99);
        (await shop.ScalarAsync<long>("select count(*) from orders")).ShouldBe(501);
        (await Should.ThrowAsync<OperationException>(() => new RestoredTable(shop.Site, bucket, new Silence()).RunAsync(entry, TableName.Parse("nothing"), Stamp, default)))
            .Message.ShouldContain("has no table public.nothing");
    }

    [Fact]
    public async Task A_downloaded_backup_opens_with_plain_pg_restore()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server);
        using var objects = store.Open();
        var (bucket, entry) = await BackUpAsync(shop, objects);
        var download = new BackupDownload(bucket, new Silence());
        var file = server.Folder.At("shop.dump");
        (await Should.ThrowAsync<OperationException>(() => download.RunAsync(entry, file, decrypt: false, default))).ExitCode.ShouldBe(ExitCodes.Configuration);
        (await Should.ThrowAsync<OperationException>(() => download.RunAsync(entry, server.Folder.At("none/shop.dump"), decrypt: true, default)))
            .Explain().ShouldContain("none is not a folder");
        await File.WriteAllTextAsync(file + ".roles.sql", "another's");
        (await Should.ThrowAsync<OperationException>(() => download.RunAsync(entry, file, decrypt: true, default))).Explain().ShouldContain("shop.dump.roles.sql is there already");
        (await File.ReadAllTextAsync(file + ".roles.sql")).ShouldBe("another's");
        File.Delete(file + ".roles.sql");
        File.Exists(file).ShouldBeFalse();
        await download.RunAsync(entry, file, decrypt: true, default);
        Directory.GetFiles(server.Folder.At(""), "shop.dump*").Select(Path.GetFileName).Order().ShouldBe(["shop.dump", "shop.dump.roles.sql"]);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var listed = await new LocalHost(server.Programs).RunAsync(Operations.Hosts.ShellCommand.Of("pg_restore", "--list", file));
        listed.OrFail("pg_restore").Output.ShouldContain("TABLE DATA public orders keeper");
        (await File.ReadAllTextAsync(file + ".roles.sql")).ShouldContain("CREATE ROLE keeper");
        (await File.ReadAllTextAsync(file + ".roles.sql")).ShouldNotContain("PASSWORD '");
    }

    private static async Task<(BackupBucket Bucket, BackupEntry Entry)> BackUpAsync(Shop shop, ObjectStore objects)
    {
        var bucket = new BackupBucket(objects, "medusa/", BackupSecret.Parse(Shop.Key));
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        return (bucket, await new BackupCatalog(bucket).GetAsync(null, shop.Name, default));
    }

    private Plan Plan(Shop shop, BackupBucket bucket, BackupEntry entry, Operations.Hosts.IHost? host = null, INarrator? narrator = null) =>
        new RestorePlans(Shop.Environment(shop.Site.Settings), _ => shop.Site.Host, found => found,
            _ => Shop.OpenAsync(server.Port, shop.Name, host ?? shop.Site.Host), bucket, Shop.Wish, narrator ?? new Silence())
            .Restore(entry.Manifest!, Stamp, new Dictionary<string, string>());

    private async Task<IReadOnlyList<string>> DatabasesAsync(Shop shop) =>
        (await server.ScalarAsync<string>("postgres", $"select string_agg(datname, ',' order by datname) from pg_database where datname = '{shop.Name}' or datname like '{shop.Name}\\_%'")).Split(',');
}
