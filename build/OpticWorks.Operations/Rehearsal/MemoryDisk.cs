using System.Globalization;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// Whether machines have their disks in memory. A release unpacks some 50,000 files on every host, and a disk that writes them is what the next
/// step waits for; nothing of a rehearsal is kept, so nothing needs to be written. A computer with little memory to spare uses its disk.
/// </summary>
internal static class MemoryDisk
{
    /// <summary>What a machine may fill: four of them together more than <see cref="Spare"/>, so it is a bound against a mistake, not a promise.</summary>
    private const string Most = "4g";

    /// <summary>Must be available before machines start, in KiB.</summary>
    private const long Spare = 8L << 20;

    /// <param name="facts">/proc/meminfo: proc_meminfo(5).</param>
    /// <returns>As tmpfs(5) takes it; empty: on disk.</returns>
    public static string Size(IEnumerable<string> facts)
    {
        var words = facts.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(line => line is ["MemAvailable:", _, "kB"]);
        return words is not null && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var available) && available >= Spare ? Most : "";
    }
}
