using System.Globalization;
using System.Text;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// Processes that were started with a variable of ours, and their children, which inherit it: they are found even when their
/// parents and every note about them have gone, and no other process can be taken for one of them.
/// </summary>
internal sealed class MarkedProcesses(string variable, string value)
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes($"{variable}={value}\0");

    public IReadOnlyList<ProcessStamp> Find() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && Carries(pid))
            .Select(ProcessStamp.Read)
            .OfType<ProcessStamp>(),
    ];

    /// <summary>Sends a signal ("TERM", "KILL") to those that still live.</summary>
    public static async Task SignalAsync(string signal, IEnumerable<ProcessStamp> processes)
    {
        var pids = processes.Where(process => process.IsAlive).Select(process => $"{process.Pid}").ToList();
        if (pids.Count == 0)
            return;
        string[] words = ["-c", "kill -s \"$@\" 2>/dev/null", "opticworks", signal, .. pids];
        await LocalProcess.RunAsync(new LocalCommand("/bin/sh", words)).ConfigureAwait(false);
    }

    private bool Carries(int pid)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ").AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
