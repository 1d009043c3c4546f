using System.Diagnostics;
using System.Globalization;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Traffic;
using OpticWorks.Tests;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>Requests that fail, and how long they take, while releases go out and back. The backend is the light one.</summary>
internal static class Rolling
{
    /// <summary>Deploy, deploy, roll back, and again until at least 20,000 requests were sent.</summary>
    public static async Task<int> LightAsync()
    {
        await using var place = await FleetPlace.UpAsync(2);
        Measurement.PrintMachine();
        await place.DeployAsync("first");
        await using var traffic = new OpenLoop([place.Get(90), place.Post(10, 20, "light")], TimeSpan.FromMinutes(15));
        var times = (Deploy: new List<TimeSpan>(), Back: new List<TimeSpan>());
        for (var round = 0; traffic.Samples.Count < 20_000; round++)
        {
            var clock = Stopwatch.StartNew();
            var before = await place.DeployAsync($"{round}a");
            times.Deploy.Add(clock.Elapsed);
            clock.Restart();
            await place.DeployAsync($"{round}b");
            times.Deploy.Add(clock.Elapsed);
            clock.Restart();
            await place.Fleet.RollBackAsync(before);
            times.Back.Add(clock.Elapsed);
        }

        var samples = await traffic.EndAsync();
        Measurement.Print("deployment, 4 instances on 2 hosts, 100 requests/s", times.Deploy);
        Measurement.Print("rollback, 4 instances on 2 hosts, 100 requests/s", times.Back);
        return await ReportAsync(place, samples, "light");
    }

    /// <summary>kill -9 of an instance, ten times, each when HAProxy has the last one in traffic a second later: about when it serves again, so two may be down at once.</summary>
    public static async Task<int> KillAsync()
    {
        await using var place = await FleetPlace.UpAsync(2);
        Measurement.PrintMachine();
        await place.DeployAsync("first");
        await using var traffic = new OpenLoop([place.Get(80, "/read?ms=20"), place.Post(50, 400, "kill")], TimeSpan.FromMinutes(5));
        await Task.Delay(TimeSpan.FromSeconds(5));
        var began = DateTimeOffset.UtcNow - traffic.Elapsed;
        List<(TimeSpan From, TimeSpan To)> kills = [];
        var hosts = place.Fleet.Environment.Hosts;
        for (var kill = 0; kill < 10; kill++)
        {
            var (host, port) = (hosts[kill % 2], hosts[kill % 2].Instances[kill / 2 % 2]);
            var server = Balancer.ServerName(host.Name, port);
            // The machines have this computer's clock. A process takes requests until its sockets are closed, some milliseconds after the signal.
            var times = (await place.Local.SshAsync(host.Name, $"pid=$(systemctl show -p MainPID --value medusa@{port}); date +%s%N; kill -9 $pid; while [ -L /proc/$pid/fd/1 ]; do :; done; date +%s%N")).OrFail("kill").Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => DateTimeOffset.UnixEpoch.AddTicks(long.Parse(line, CultureInfo.InvariantCulture) / 100) - began).ToArray();
            kills.Add((times[0], times[1]));
            await Task.Delay(TimeSpan.FromSeconds(1));
            await Wait.UntilAsync($"{server} serves again", async () => (await place.Fleet.Balancer.ServerAsync(server, CancellationToken.None)).TakesTraffic);
        }

        var samples = await traffic.EndAsync();
        var failed = samples.Where(sample => sample is { Kind: "POST", Status: not 200 }).ToArray();
        Console.WriteLine($"10 x kill -9; of {failed.Length} failed POSTs {failed.Count(sample => kills.Exists(kill => sample.Due <= kill.To && sample.Due + sample.Latency >= kill.From))} were in flight when an instance was killed");
        return await ReportAsync(place, samples, "kill");
    }

    /// <summary>Prints the samples by kind and compares the orders that were placed with those that were answered.</summary>
    private static async Task<int> ReportAsync(FleetPlace place, IReadOnlyList<TrafficSample> samples, string run)
    {
        foreach (var kind in samples.GroupBy(sample => sample.Kind))
            Console.WriteLine($"{kind.Key,-6}{TrafficSummary.Of(kind)}");
        var orders = await place.OrdersAsync(run);
        Console.WriteLine($"orders placed {orders.Distinct().Count()}, twice {orders.Count - orders.Distinct().Count()}, "
            + $"answered with 200 {samples.Count(sample => sample is { Kind: "POST", Status: 200 })}");
        return 0;
    }
}
