using System.Globalization;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>Hands an interruption on to the script that runs, once: a program that gets two would leave its work for Resume.</summary>
internal static class Interruption
{
    /// <summary>On a terminal, Ctrl-C has reached the script already.</summary>
    /// <param name="tracking">The mark of the job's processes.</param>
    public static void Forward(string tracking)
    {
        if (!Console.IsInputRedirected)
            return;
        // The script itself, as a runner does, not what it started: that is its own to end.
        var scripts = new MarkedProcesses(RunnerEnvironment.Tracking, tracking).Find().Where(process => ParentOf(process.Pid) == Environment.ProcessId);
        _ = MarkedProcesses.SignalAsync("INT", scripts);
    }

    /// <summary>The fourth field of /proc/PID/stat, counted from the end of the name, which may hold anything; 0: it has gone.</summary>
    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
