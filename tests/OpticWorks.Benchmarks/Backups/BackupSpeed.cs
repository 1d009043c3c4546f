using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OpticWorks.Acceptance.Backups;
using OpticWorks.Acceptance.Database;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Benchmarks.Backups;

/// <summary>
/// A backup (encrypted, hashed, with digests of every row) beside <c>pg_dump -Fc | aws s3 cp -</c>, as the guide has it, and beside the same with
/// zstd: one database, one sink in a process of its own that takes whatever comes.
/// </summary>
internal static partial class BackupSpeed
{
    private const int Runs = 3;

    private const string Key = "b3B0aWN3b3Jrcy10ZXN0LWtleS1vZi0zMi1ieXRlcyE=";

    private static string _self = typeof(BackupSpeed).Assembly.Location;

    /// <param name="gigabytes">Sizes of the database, one after another.</param>
    public static async Task<int> RunAsync(IReadOnlyList<int> gigabytes)
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        var ahead = Directory.CreateDirectory(Path.Combine(Root.Find(), ".nuke", "temp", $"benchmarks-{Environment.ProcessId}"));
        try
        {
            _self = await CompileAheadAsync(ahead.FullName);
            var database = await server.CreateDatabaseAsync("speed");
            await server.ExecuteAsync(database, string.Join(";\n", ShopTables.All.Select(table => table.Definition)));
            Measurement.PrintMachine();
            var rows = 0;
            foreach (var size in gigabytes)
            {
                rows = await ShopTables.FillAsync(server, database, rows, size * 1.0e9);
                var bytes = await server.ScalarAsync<long>(database, "select pg_database_size(current_database())");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"database of {bytes / 1e9:0.00} GB, {rows * (long)ShopTables.All.Count} rows"));
                using var sink = Start("backup-sink");
                var endpoint = (await sink.StandardOutput.ReadLineAsync())!;
                try
                {
                    await CompareAsync(server, database, endpoint, peers: size == gigabytes[0]);
                }
                finally
                {
                    sink.Kill();
                }
            }

            return 0;
        }
        finally
        {
            await server.DisposeAsync();
            ahead.Delete(recursive: true);
        }
    }

    /// <summary>This program as build.sh compiles the suite.</summary>
    private static async Task<string> CompileAheadAsync(string folder)
    {
        var output = Path.Combine(folder, "out");
        (await LocalProcess.RunAsync(new LocalCommand("dotnet", "publish", "tests/OpticWorks.Benchmarks", "-c", "Release", "-p:CompileAhead=true", "-p:RunAnalyzers=false",
            "--artifacts-path", Path.Combine(folder, "work"), "-o", output, "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false")
        { WorkingDirectory = Root.Find() })).OrFail("publish");
        return Path.Combine(output, Path.GetFileName(_self));
    }

    /// <summary>The sink: prints its endpoint and serves until it is killed.</summary>
    public static async Task<int> SinkAsync()
    {
        using var store = new FaultyStore();
        Console.WriteLine(store.Endpoint);
        while (true)
        {
            await Task.Delay(200);
            // Not what a backup tries its keys with.
            if (store.Bucket.Keys.Where(key => !key.Contains("probe", StringComparison.Ordinal)).SkipLast(6).FirstOrDefault() is { } oldest)
                store.Bucket.Remove(oldest);
        }
    }

    /// <summary>One backup; prints what it says, and the peak of its memory.</summary>
    /// <param name="digests">Connections for digests; 0: after the dump.</param>
    public static async Task<int> TakeAsync(string programs, int port, string database, string endpoint, int digests)
    {
        await using var site = await Shop.OpenAsync(port, database, new LocalHost(programs), PostgresServer.User);
        using var store = new ObjectStore(new Uri(endpoint), FaultyStore.BucketName, "key", "secret");
        await new BackupRun(site, new BackupBucket(store, "medusa/", BackupSecret.Parse(Key)), new Acceptance.Rehearsal.RehearsalChild.ConsoleNarrator()).RunAsync(Shop.Wish with { DigestConnections = digests }, default);
        Console.WriteLine(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)));
        return 0;
    }

    private static async Task CompareAsync(PostgresServer server, string database, string endpoint, bool peers)
    {
        var (whole, dump, digests, guide, informed) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        // In turn, because a computer is not as fast at every hour.
        for (var round = 0; round < Runs; round++)
        {
            whole.Add((await OursAsync(server, database, endpoint, 1)).Whole);
            if (!peers)
                continue;
            var (all, after) = await OursAsync(server, database, endpoint, 0);
            dump.Add(all - after);
            digests.Add(after);
            guide.Add(await PeerAsync(server, database, endpoint, ""));
            informed.Add(await PeerAsync(server, database, endpoint, "-Z zstd:3"));
        }

        Measurement.Print("Backup: zstd:1, AES-256-GCM, SHA-256, digests of all rows beside", whole);
        if (!peers)
            return;
        Measurement.Print("the same without its digests (they come after the dump)", dump);
        Measurement.Print("the digests alone, over one connection", digests);
        Measurement.Print("pg_dump -Fc | aws s3 cp -", guide);
        Measurement.Print("pg_dump -Fc -Z zstd:3 | aws s3 cp -", informed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dump and upload / guide {Measurement.Median(dump) / Measurement.Median(guide):0.00}   / zstd:3 {Measurement.Median(dump) / Measurement.Median(informed):0.00}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"whole backup / guide {Measurement.Median(whole) / Measurement.Median(guide):0.00}"));
    }

    /// <returns>The time from its program's start to its end, and what the digests took after the dump.</returns>
    private static async Task<(TimeSpan Whole, TimeSpan Digests)> OursAsync(PostgresServer server, string database, string endpoint, int digests)
    {
        var result = (await LocalProcess.RunAsync(new LocalCommand("dotnet", _self, "backup-take", server.Programs, $"{server.Port}", database, endpoint, $"{digests}"))).OrFail("backup");
        foreach (var line in result.Output.Split('\n').Where(line => line.Contains("dumped in", StringComparison.Ordinal) || line.StartsWith("VmHWM", StringComparison.Ordinal)))
            Console.WriteLine($"    {line.Replace("\t", " ")}");
        var times = Times().Match(result.Output);
        return (result.Duration, Seconds(times.Groups[2].Value) - Seconds(times.Groups[1].Value));

        static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"dumped in ([\d.]+) s.* digested after ([\d.]+) s")]
    private static partial Regex Times();

    private static async Task<TimeSpan> PeerAsync(PostgresServer server, string database, string endpoint, string options) =>
        (await Measurement.TimesAsync(new LocalCommand("bash", "-c",
            $"set -o pipefail; pg_dump -Fc {options} | aws s3 cp - s3://{FaultyStore.BucketName}/peer --expected-size 1000000000 --endpoint-url {endpoint}")
        {
            Environment = new Dictionary<string, string?>
            {
                ["PATH"] = $"{server.Programs}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PGHOST"] = "127.0.0.1",
                ["PGPORT"] = $"{server.Port}",
                ["PGUSER"] = PostgresServer.User,
                ["PGPASSWORD"] = PostgresServer.Password,
                ["PGDATABASE"] = database,
                ["AWS_ACCESS_KEY_ID"] = "key",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["AWS_DEFAULT_REGION"] = "auto",
                ["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required",
            },
        }, 1))[0];

    private static Process Start(string verb) => Process.Start(new ProcessStartInfo("dotnet", [_self, verb]) { RedirectStandardOutput = true })!;
}
