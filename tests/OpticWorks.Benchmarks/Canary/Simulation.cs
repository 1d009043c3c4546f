using System.Globalization;

namespace OpticWorks.Benchmarks.Canary;

/// <summary>How often a healthy release is undone, and how soon a bad one: the suite's judge and its peers' rules in the same situations.</summary>
internal static class Simulation
{
    private static readonly (string Name, Func<IRule> Rule)[] Rules =
    [
        ("error test alone", () => new ErrorTest()), ("whole judge", () => new WholeJudge()),
        ("Argo Rollouts", () => new ArgoRollouts()), ("Flagger", () => new Flagger()),
    ];

    /// <summary>Median seconds to detect of the error test at looks every 5 s, as it was first measured (a table of the design's facts), by the rise
    /// and 2, 20, 100 requests/s.</summary>
    private static readonly ((double Stable, double Canary) Rise, int[] Seconds)[] Known =
    [
        ((0.002, 1), [20, 5, 5]), ((0.002, 0.2), [95, 10, 5]), ((0.002, 0.05), [405, 40, 10]), ((0.002, 0.02), [815, 125, 30]), ((0.01, 0.03), [905, 245, 50]),
    ];

    private static readonly double[] Rates = [2, 20, 100];

    /// <returns>0 when every promise holds, else 1.</returns>
    public static int Run(int runs)
    {
        Measurement.PrintMachine();
        Console.WriteLine($"{runs} runs a cell, 20 minutes each (10 % for 10, 50 % for 10), a look a second, false-alarm odds 1 %, seeds 0 to {runs - 1}");
        var broken = new List<string>();
        var healthy = Healthy(runs, broken);
        Rises(runs, healthy, broken);
        foreach (var promise in broken)
            Console.WriteLine($"BROKEN: {promise}");
        return broken.Count == 0 ? 0 : 1;
    }

    private static Dictionary<(double Rate, double Errors), double[]> Healthy(int runs, List<string> broken)
    {
        var found = new Dictionary<(double, double), double[]>();
        Console.WriteLine("\n| healthy release undone | requests/s | " + string.Join(" | ", Rules.Select(rule => rule.Name)) + " |\n|---|---|---|---|---|---|");
        foreach (var (errors, incident) in new[] { (0.001, false), (0.002, false), (0.01, false), (0.05, false), (0.005, true) })
        {
            foreach (var rate in Rates)
            {
                var alarms = Times(new Cell(rate, errors, errors, incident), runs).Select(times => times.Count(time => time is not null) / (double)runs).ToArray();
                if (!incident)
                    found[(rate, errors)] = alarms;
                var what = string.Create(CultureInfo.InvariantCulture, $"{errors:0.0 %} errors{(incident ? ", incident of 2.5 % and slow on both sides" : "")}");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {rate} | {string.Join(" | ", alarms.Select(alarm => alarm.ToString("0.00 %", CultureInfo.InvariantCulture)))} |"));
                if (alarms[0] > 0.01 || alarms[1] > 0.01)
                    broken.Add($"false alarms above 1 %: {what}, {rate}/s");
            }
        }

        return found;
    }

    private static void Rises(int runs, Dictionary<(double, double), double[]> healthy, List<string> broken)
    {
        Console.WriteLine("\n| errors rise | requests/s | first measured | " + string.Join(" | ", Rules.Select(rule => rule.Name)) + " |\n|---|---|---|---|---|---|---|");
        foreach (var ((stable, canary), known) in Known)
        {
            for (var i = 0; i < Rates.Length; i++)
            {
                var rate = Rates[i];
                var times = Times(new Cell(rate, stable, canary), runs);
                var medians = times.Select(Median).ToArray();
                var what = string.Create(CultureInfo.InvariantCulture, $"{stable:0.0 %} to {canary:0 %}");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {rate} | {known[i]} s | {string.Join(" | ", times.Select(Show))} |"));
                if (medians[0] > known[i])
                    broken.Add($"error test later than first measured: {what}, {rate}/s");
                if (medians[1] > 1.3 * known[i])
                    broken.Add($"whole judge later than 1.3 times the error test: {what}, {rate}/s");
                for (var peer = 2; peer < Rules.Length; peer++)
                {
                    if (medians[peer] <= medians[1] && healthy[(rate, stable)][peer] <= 0.01)
                        broken.Add($"{Rules[peer].Name} is as fast and has at most 1 % false alarms: {what}, {rate}/s");
                }
            }
        }
    }

    /// <summary>For each rule, when each run alarms, seconds; null: never. All rules watch the same requests.</summary>
    private static int?[][] Times(Cell cell, int runs)
    {
        var times = Rules.Select(_ => new int?[runs]).ToArray();
        Parallel.For(0, runs, run =>
        {
            var (draws, watching) = (new Draws(run), Rules.Select(rule => rule.Rule()).ToArray());
            for (var second = 0; second < Cell.Seconds && times.Any(rule => rule[run] is null); second++)
            {
                var (canary, stable) = cell.Second(second, draws);
                for (var i = 0; i < watching.Length; i++)
                {
                    if (times[i][run] is null && watching[i].Alarms(second, canary, stable))
                        times[i][run] = second + 1;
                }
            }
        });
        return times;
    }

    /// <summary>Of the runs that alarm, as the facts' table has it.</summary>
    private static int Median(int?[] times)
    {
        var seen = times.OfType<int>().Order().ToArray();
        return seen.Length == 0 ? int.MaxValue : seen[seen.Length / 2];
    }

    private static string Show(int?[] times)
    {
        var part = times.Count(time => time is not null) / (double)times.Length;
        var median = part == 0 ? "never" : $"{Median(times)} s";
        return part < 0.995 ? string.Create(CultureInfo.InvariantCulture, $"{median} ({part:0 %})") : median;
    }
}
