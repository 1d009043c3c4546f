using System.Diagnostics;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>How the time of a deployment grows with the fleet: 2 hosts with two instances each, then 20 with one each, on one computer, no traffic.</summary>
internal static class Hosts
{
    public static async Task<int> RunAsync()
    {
        Measurement.PrintMachine();
        var medians = new List<double>();
        foreach (var count in new[] { 2, 20 })
        {
            await using var place = await FleetPlace.UpAsync(count);
            await place.DeployAsync("first");
            var times = new List<TimeSpan>();
            for (var run = 0; run < 5; run++)
            {
                var clock = Stopwatch.StartNew();
                await place.DeployAsync($"{run}");
                times.Add(clock.Elapsed);
            }

            Measurement.Print($"deployment to {count} hosts", times);
            medians.Add(Measurement.Median(times).TotalSeconds);
        }

        Console.WriteLine(FormattableString.Invariant($"20 hosts take {medians[1] / medians[0]:0.00} times as long as 2"));
        return 0;
    }
}
