using System.Globalization;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Benchmarks;

/// <summary>Wall-clock times of a command, run one after another.</summary>
internal static class Measurement
{
    public static async Task<TimeSpan[]> TimesAsync(LocalCommand command, int runs)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < runs; i++)
            times.Add((await LocalProcess.RunAsync(command)).OrFail($"{command} failed").Duration);
        return [.. times];
    }

    public static TimeSpan Median(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    public static void Print(string what, IReadOnlyCollection<TimeSpan> times) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-58} median {Median(times).TotalMilliseconds,8:0} ms   least {times.Min().TotalMilliseconds,8:0}   most {times.Max().TotalMilliseconds,8:0}   {times.Count} runs"));

    public static void PrintMachine() =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, {DateTime.Now:yyyy-MM-dd}"));
}
