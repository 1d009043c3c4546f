using System.Globalization;

namespace OpticWorks.Operations.Processes;

/// <summary>A process that cannot be mistaken for a later one with the same number.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Started">Field 22 of /proc/PID/stat (proc(5)): clock ticks between the kernel's boot and its start.</param>
internal sealed record ProcessStamp(int Pid, long Started)
{
    // USER_HZ, which the kernel fixes at 100 for every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    public bool IsAlive => Read(Pid) == this;

    /// <summary>When it was started, by this computer's clock.</summary>
    public DateTimeOffset Since => DateTimeOffset.UtcNow - Uptime() + TimeSpan.FromSeconds(Started / TicksPerSecond);

    /// <summary>The process that has this number now; null: none, or it has ended and only waits to be reaped.</summary>
    public static ProcessStamp? Read(int pid)
    {
        try
        {
            return FromStat(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>From the text of /proc/PID/stat. The second field is the name in brackets and may itself hold brackets and spaces.</summary>
    public static ProcessStamp? FromStat(string stat)
    {
        var end = stat.LastIndexOf(") ", StringComparison.Ordinal);
        var start = stat.IndexOf(' ');
        if (end < 0 || start < 0)
            return null;
        var fields = stat[(end + 2)..].Split(' ');
        var ended = fields[0] is "Z" or "X";
        return !ended && fields.Length > 19 && int.TryParse(stat[..start], out var pid) && long.TryParse(fields[19], out var started)
            ? new ProcessStamp(pid, started)
            : null;
    }

    /// <summary>Since the kernel's boot, time asleep included, as the start times of processes count it.</summary>
    private static TimeSpan Uptime() =>
        TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>From a file that holds "PID STARTED"; null when there is no such file or it is not complete.</summary>
    public static ProcessStamp? FromFile(string path)
    {
        if (!File.Exists(path))
            return null;
        var words = File.ReadAllText(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2
            && int.TryParse(words[0], CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(words[1], CultureInfo.InvariantCulture, out var started)
                ? new ProcessStamp(pid, started)
                : null;
    }
}
