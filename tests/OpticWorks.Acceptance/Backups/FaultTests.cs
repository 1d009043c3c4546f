using System.Diagnostics;
using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Restores;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Backups;

/// <summary>
/// Every request of a backup fails once in every way. What the tests' own server proves is our handling; only it can list unfinished
/// uploads, which Cloudflare's local R2 cannot.
/// </summary>
[Collection(nameof(BackupServer))]
public sealed class FaultTests(PostgresServer server, ITestOutputHelper output)
{
    private static readonly Fault[] Faults = [.. Enum.GetValues<Fault>().Where(fault => fault != Fault.None)];

    /// <summary>The requests that matter most, each in one way. All in every way are a campaign.</summary>
    [Fact]
    public async Task A_fault_ends_in_a_backup_or_in_nothing()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 50);
        (Func<S3Request, bool> Which, Fault Fault, bool Succeeds)[] faults =
        [
            (request => request.Query.ContainsKey("partNumber"), Fault.Reset, true),
            (request => request.Method == "POST" && request.Query.ContainsKey("uploadId"), Fault.LostAnswer, true),
            (request => request.Headers.ContainsKey("if-none-match"), Fault.LostAnswer, true),
            (request => request.Headers.ContainsKey("if-none-match"), Fault.Status403, false),
            (request => request.Method == "HEAD", Fault.ErrorIn200, true),
            (request => request.Query.ContainsKey("list-type"), Fault.ErrorIn200, true),
        ];
        foreach (var (which, fault, succeeds) in faults)
        {
            store.Reset();
            var hits = 0;
            store.Decide = (_, request) => which(request) && Interlocked.Increment(ref hits) == 1 ? fault : Fault.None;
            if (succeeds)
                await BackupAsync(store, shop);
            else
                (await Should.ThrowAsync<OperationException>(() => BackupAsync(store, shop))).ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
            hits.ShouldBeGreaterThanOrEqualTo(1);
            await EndsWellAsync(store, shop, $"{fault}", succeeds);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keys_that_may_only_write_back_up_beside_an_upload_that_was_left(bool mayList)
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 10);
        using var objects = store.Open();
        var bucket = new BackupBucket(objects, "medusa/", BackupSecret.Parse(Shop.Key));
        await objects.Uploads.BeginAsync(bucket.Keys.Object(BackupId.New(DateTimeOffset.UtcNow, shop.Name)), default);
        store.Decide = (_, request) => request.Method == "DELETE" || (!mayList && request.Method == "GET" && request.Query.ContainsKey("uploads")) ? Fault.Status403 : Fault.None;
        var notes = new Notes();
        await new BackupRun(shop.Site, bucket, notes).RunAsync(Shop.Wish, default);
        notes.Warnings.ShouldContain(line => line.Contains(mayList ? "the unfinished upload of medusa/" : "unfinished uploads cannot be listed"));
        (await new BackupCatalog(bucket).ListAsync(shop.Name, default)).ShouldHaveSingleItem().Problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("transaction_timeout")]
    [InlineData("idle_session_timeout")]
    public async Task No_limit_of_the_server_ends_a_backup(string setting)
    {
        using var store = new FaultyStore();
        MeddlingHost? host = null;
        await using var shop = await Shop.CreateAsync(server, rows: 10, host: real => host = new MeddlingHost(real));
        await server.ExecuteAsync("postgres", $"alter database {shop.Name} set {setting} = '1s'");
        shop.Site.Database.Source.Clear();
        host!.DuringDump = () => Task.Delay(TimeSpan.FromSeconds(3));
        await BackupAsync(store, shop);
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task Every_request_fails_once_in_every_way()
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 50);
        var requests = await CountAsync(store, shop);
        var (runs, succeeded, clock) = (0, 0, Stopwatch.StartNew());
        foreach (var fault in Faults)
        {
            for (var number = 1; number <= requests; number++, runs++)
                succeeded += await CheckAsync(store, shop, number, fault) ? 1 : 0;
        }

        output.WriteLine($"{requests} requests x {Faults.Length} faults = {runs} backups, {succeeded} succeeded, {runs - succeeded} failed with nothing listed, {clock.Elapsed.TotalSeconds:0} s");
    }

    [Theory, Trait("Tier", "Campaign")]
    [InlineData(Fault.Status403)]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.LostAnswer)]
    public async Task From_some_request_on_everything_fails(Fault fault)
    {
        using var store = new FaultyStore();
        await using var shop = await Shop.CreateAsync(server, rows: 50);
        var requests = await CountAsync(store, shop);
        for (var number = 1; number <= requests; number++)
        {
            store.Reset();
            var first = number;
            store.Decide = (request, _) => request >= first ? fault : Fault.None;
            var failure = await Should.ThrowAsync<OperationException>(() => BackupAsync(store, shop));
            failure.ExitCode.ShouldBeOneOf(ExitCodes.PreflightRefused, ExitCodes.FailedAndUndone, ExitCodes.FailedAndNotUndone);
            await EndsWellAsync(store, shop, $"{fault} from request {number} on", succeeded: false, mostOrphans: fault == Fault.LostAnswer ? int.MaxValue : 1);
        }
    }

    /// <returns>Whether the backup succeeded.</returns>
    private static async Task<bool> CheckAsync(FaultyStore store, Shop shop, int number, Fault fault)
    {
        store.Reset();
        store.Decide = (request, _) => request == number ? fault : Fault.None;
        var succeeded = true;
        try
        {
            await BackupAsync(store, shop);
        }
        catch (OperationException e)
        {
            succeeded = false;
            e.ExitCode.ShouldNotBe(ExitCodes.Done);
            // What may pass is tried again; only a refusal, or an answer that is none, ends a backup.
            fault.ShouldBeOneOf([Fault.Status403, Fault.ErrorIn200], $"{fault} at request {number}: {e.Explain()}");
        }

        await EndsWellAsync(store, shop, $"{fault} at request {number}", succeeded);
        return succeeded;
    }

    /// <param name="mostOrphans">When the answers to all tries of "begin an upload" are lost, each has begun one.</param>
    /// <summary>What is listed verifies; when the backup failed nothing is listed; at most one orphan, which is gone after the next run.</summary>
    private static async Task EndsWellAsync(FaultyStore store, Shop shop, string what, bool succeeded, int mostOrphans = 1)
    {
        store.Decide = (_, _) => Fault.None;
        using var objects = store.Open();
        var bucket = Bucket(objects);
        var listed = await new BackupCatalog(bucket).ListAsync(null, default);
        listed.Count.ShouldBe(succeeded ? 1 : 0, what);
        foreach (var entry in listed)
            await new BackupCheck(bucket, new Silence()).RunAsync(entry, "mara@laptop", null, default);
        var orphans = store.Bucket.Unfinished + store.Bucket.Keys.Count(key => key.EndsWith(".dump", StringComparison.Ordinal)) - listed.Count;
        orphans.ShouldBeLessThanOrEqualTo(mostOrphans, what);
        if (orphans == 0)
            return;
        await BackupAsync(store, shop);
        (store.Bucket.Unfinished + store.Bucket.Keys.Count(key => key.EndsWith(".dump", StringComparison.Ordinal))).ShouldBe(listed.Count + 1, what);
    }

    private static async Task<int> CountAsync(FaultyStore store, Shop shop)
    {
        store.Reset();
        await BackupAsync(store, shop);
        return store.Requests;
    }

    private static async Task BackupAsync(FaultyStore store, Shop shop)
    {
        using var objects = store.Open();
        await new BackupRun(shop.Site, Bucket(objects), new Silence()).RunAsync(Shop.Wish, default);
    }

    private static BackupBucket Bucket(Operations.Objects.ObjectStore objects) => new(objects, "medusa/", BackupSecret.Parse(Shop.Key));
}
