using System.Diagnostics;
using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Restores;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Backups;

/// <summary>kill -9 of a whole program at every request, at random moments, and at every step of a restore.</summary>
[Collection(nameof(BackupServer))]
public sealed class KillTests(PostgresServer server, ITestOutputHelper output)
{
    private const int RandomPoints = 200;

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_killed_backup_is_whole_or_not_listed()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 50);
        var (_, requests, took) = await RunAsync(store, shop, ["take"], (_, _) => { });
        requests.ShouldBeGreaterThan(5);
        var (listed, orphans, clock) = (0, 0, Stopwatch.StartNew());
        for (var number = 1; number <= requests; number++)
        {
            var at = number;
            await RunAsync(store, shop, ["take"], (request, child) => { if (request == at) child.Kill(entireProcessTree: false); });
            await EndsWellAsync($"killed at request {number}");
        }

        var random = new Random(5);
        for (var i = 0; i < RandomPoints; i++)
        {
            var delay = TimeSpan.FromMilliseconds(random.NextDouble() * took.TotalMilliseconds);
            await RunAsync(store, shop, ["take"], (_, _) => { }, delay);
            await EndsWellAsync($"killed after {delay.TotalMilliseconds:0} ms");
        }

        output.WriteLine($"{requests} requests + {RandomPoints} random points of {took.TotalSeconds:0.0} s: {listed} backups listed, all verify; {orphans} orphans, all gone after the next run; {clock.Elapsed.TotalSeconds:0} s");

        async Task EndsWellAsync(string what)
        {
            using var objects = store.Open();
            var bucket = new BackupBucket(objects, "medusa/", BackupSecret.Parse(Shop.Key));
            var entries = await new BackupCatalog(bucket).ListAsync(null, default);
            foreach (var entry in entries)
                await new BackupCheck(bucket, new Silence()).RunAsync(entry, "mara@laptop", null, default);
            listed += entries.Count;
            var left = Orphans(store, entries.Count);
            left.ShouldBeLessThanOrEqualTo(1, what);
            orphans += left;
            if (left == 0)
                return;
            await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
            Orphans(store, entries.Count + 1).ShouldBe(0, what);
        }
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_killed_restore_leaves_the_old_or_the_new_database_whole()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 50);
        using var objects = store.Open();
        var bucket = new BackupBucket(objects, "medusa/", BackupSecret.Parse(Shop.Key));
        await new BackupRun(shop.Site, bucket, new Silence()).RunAsync(Shop.Wish, default);
        var id = (await new BackupCatalog(bucket).GetAsync(null, shop.Name, default)).Id.Text;
        await shop.ExecuteAsync("delete from orders where id > 90");
        shop.Site.Database.Source.Clear();

        var (runs, old, restored) = (0, 0, 0);
        foreach (var line in new[] { "begin backup", "did backup", "begin restore", "restored into", "did restore", "begin swap", "did swap", "finished" })
            await KillAsync((said, child) => { if (said.Contains(line, StringComparison.Ordinal)) child.Kill(); }, null);
        var clock = Stopwatch.StartNew();
        await KillAsync((_, _) => { }, null);
        var took = clock.Elapsed;
        var random = new Random(6);
        for (var i = 0; i < RandomPoints; i++)
            await KillAsync((_, _) => { }, TimeSpan.FromMilliseconds(random.NextDouble() * took.TotalMilliseconds));
        restored.ShouldBeGreaterThan(0);
        old.ShouldBeGreaterThan(0);
        output.WriteLine($"{runs} runs killed: {old} times the old database, {restored} times the new one, always whole");

        async Task KillAsync(Action<string, Process> said, TimeSpan? after)
        {
            var stamp = $"s{runs++}";
            store.Bucket.Keep(id);
            await ChildAsync(store, shop, ["restore", id, stamp], said, after);
            await UnusedAsync(shop.Name);
            var orders = await server.ScalarAsync<long>(shop.Name, "select count(*) from orders");
            var products = await server.ScalarAsync<long>(shop.Name, "select count(*) from product");
            products.ShouldBe(50);
            orders.ShouldBeOneOf(90, 100);
            var before = new SwapNames(shop.Name, stamp).Before;
            var swapped = await server.ScalarAsync<long>("postgres", $"select count(*) from pg_database where datname = '{before}'") == 1;
            (orders == 100).ShouldBe(swapped);
            (old, restored) = swapped ? (old, restored + 1) : (old + 1, restored);
            // As it was for the next round.
            if (swapped)
            {
                await UnusedAsync(before);
                await server.ExecuteAsync("postgres", $"drop database {shop.Name} with (force)");
                await server.ExecuteAsync("postgres", $"alter database {before} rename to {shop.Name}");
            }
        }

        async Task UnusedAsync(string database)
        {
            // PostgreSQL notices a killed client at its next word.
            await server.ExecuteAsync("postgres", $"select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = '{database}' and pid <> pg_backend_pid()");
        }
    }

    private static int Orphans(FaultyStore store, int listed) =>
        store.Bucket.Unfinished + store.Bucket.Keys.Count(key => key.EndsWith(".dump", StringComparison.Ordinal)) - listed;

    /// <summary>Runs the child on an empty bucket, and tells of each request before it is answered.</summary>
    private async Task<(int ExitCode, int Requests, TimeSpan Took)> RunAsync(
        FaultyStore store, Shop shop, string[] words, Action<int, Process> onRequest, TimeSpan? killAfter = null)
    {
        store.Reset();
        Process? child = null;
        var ready = new TaskCompletionSource();
        store.Decide = (request, _) =>
        {
            ready.Task.Wait();
            onRequest(request, child!);
            return child!.HasExited ? Fault.Reset : Fault.None;
        };
        var clock = Stopwatch.StartNew();
        var exit = await ChildAsync(store, shop, words, (_, _) => { }, killAfter, started =>
        {
            child = started;
            ready.SetResult();
        });
        store.Decide = (_, _) => Fault.None;
        return (exit, store.Requests, clock.Elapsed);
    }

    private async Task<int> ChildAsync(
        FaultyStore store, Shop shop, string[] words, Action<string, Process> onLine, TimeSpan? killAfter, Action<Process>? started = null)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(Child).Assembly.Location, "backup", words[0], server.Programs, $"{server.Port}", shop.Name, $"{store.Endpoint}", .. words[1..]])
        { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        started?.Invoke(child);
        if (killAfter is { } delay)
            _ = Task.Delay(delay).ContinueWith(_ => { try { child.Kill(); } catch (InvalidOperationException) { } }, TaskScheduler.Default);
        while (await child.StandardOutput.ReadLineAsync() is { } line)
            onLine(line, child);
        await child.WaitForExitAsync();
        return child.ExitCode;
    }
}
