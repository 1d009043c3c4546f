using System.Globalization;
using System.Text.RegularExpressions;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>
/// The sample store's Medusa, deployed and rolled back by the program as people start it, under three kinds of traffic one after another: the default
/// product list at 15/s, a narrow read at 20/s with carts posted at 3/s, and the narrow read at 100/s. A roll that fails is told, and the next one begins.
/// </summary>
internal static partial class MedusaRolling
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(30);

    /// <param name="share">Of those rates, for a computer that is too small for them: above 0, up to 1.</param>
    public static async Task<int> RunAsync(string root, double share)
    {
        await using var place = await MedusaPlace.UpAsync(root);
        Measurement.PrintMachine();
        await RollAsync(place, "product list", place.Get("GET list", 15 * share, "/store/products"));
        var run = $"run-{Guid.NewGuid():n}";
        var samples = await RollAsync(place, "narrow read and carts", place.Get("GET narrow", 20 * share, MedusaPlace.NarrowRead), place.Post(3 * share, run));
        var carts = await place.Local.SshAsync("db", $"su postgres -c \"psql -tA -F ' ' medusa-local -c \\\"select count(*), count(distinct metadata->>'order') from cart where metadata->>'run' = '{run}'\\\"\"");
        Console.WriteLine($"  carts in the database, and distinct ones: {carts.Output.Trim()}; answered with 200: {samples.Count(sample => sample is { Kind: "POST carts", Status: 200 })}");
        await RollAsync(place, "narrow read", place.Get("GET narrow", 100 * share, MedusaPlace.NarrowRead));
        return 0;
    }

    private static async Task<IReadOnlyList<TrafficSample>> RollAsync(MedusaPlace place, string name, params TrafficKind[] kinds)
    {
        await using var traffic = new OpenLoop(kinds, TimeSpan.FromMinutes(10));
        // The processes that this finds are new; a shop's have served for days.
        await Task.Delay(Warm);
        var settled = traffic.Elapsed;
        await Task.Delay(TimeSpan.FromSeconds(10));
        var begin = traffic.Elapsed;
        var deploy = await place.TryAsync("DeployBackend");
        var deployed = traffic.Elapsed;
        var switches = await SwitchesAsync(place, deploy.Output);
        var leaving = traffic.Elapsed;
        var back = deploy.Succeeded ? await place.TryAsync("Rollback") : deploy;
        if (deploy.Succeeded)
            switches.AddRange(await SwitchesAsync(place, back.Output));
        var end = traffic.Elapsed;
        var samples = await traffic.EndAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {string.Join(" and ", kinds.Select(kind => $"{kind.Name} {kind.PerSecond:0.#}/s"))}: "
            + $"DeployBackend {deploy.Duration.TotalSeconds:0.0} s (exit {deploy.ExitCode}), Rollback {(deploy.Succeeded ? $"{back.Duration.TotalSeconds:0.0} s (exit {back.ExitCode})" : "not tried")}"));
        foreach (var kind in samples.GroupBy(sample => sample.Kind))
        {
            foreach (var (when, from, to) in new[] { ("before", settled, begin), ("deploying", begin, deployed), ("going back", leaving, end), ("in all", begin, end) })
                Console.WriteLine($"  {kind.Key,-12} {when,-10}  {TrafficSummary.Of(kind.Where(sample => sample.Due >= from && sample.Due < to))}");
        }

        foreach (var one in switches)
            Console.WriteLine($"  {one}");
        return samples;
    }

    /// <summary>What each switch took, beside what its process took from its start until it says that it is ready (both of its host's clock).</summary>
    private static async Task<List<string>> SwitchesAsync(MedusaPlace place, string output)
    {
        var found = new List<string>();
        foreach (Match line in Switched().Matches(output))
        {
            var (host, port) = (line.Groups["host"].Value, line.Groups["port"].Value);
            var times = (await place.Local.SshAsync(host, $"""
                pid=$(systemctl show -p MainPID --value medusa@{port}); systemctl show -p ExecMainStartTimestampMonotonic --value medusa@{port}
                journalctl -q -u medusa@{port} _PID=$pid -o json --output-fields=MESSAGE | grep -m 1 'Server is ready' | sed -E 's/.*"__MONOTONIC_TIMESTAMP" *: *"([0-9]+)".*/\1/'
                """)).OrFail("its start").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (times.Length < 2)
            {
                found.Add($"{line.Value.Trim()}: its own start is not in its journal");
                continue;
            }

            var own = (long.Parse(times[1], CultureInfo.InvariantCulture) - long.Parse(times[0], CultureInfo.InvariantCulture)) / 1e6;
            var whole = double.Parse(line.Groups["whole"].Value, CultureInfo.InvariantCulture);
            found.Add(string.Create(CultureInfo.InvariantCulture, $"switch {host}:{port} {whole:0.0} s, of it Medusa's own start {own:0.0} s, the rest {whole - own:0.0} s"));
        }

        return found;
    }

    [GeneratedRegex(@"switch\s+(?<host>[\w-]+):(?<port>\d+).* after (?<whole>[\d.]+) s")]
    private static partial Regex Switched();
}
