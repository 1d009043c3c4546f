using Serilog;

namespace Nuke.Common.Reporting;

/// <summary>
/// Everything the engine and the build log goes through <see cref="Log.Logger"/>: to the console, to the overview of errors and
/// warnings, and, once targets run on a local machine, to files. The pipeline is built by the first event.
/// </summary>
internal static class BuildLog
{
    private static readonly List<BuildLogLine> Problems = [];
    private static IDisposable _logger;

    /// <summary>Warnings and errors so far, in order.</summary>
    public static IReadOnlyCollection<BuildLogLine> ErrorsAndWarnings
    {
        get
        {
            lock (Problems)
                return [.. Problems];
        }
    }

    /// <summary>What made the run fail, in order.</summary>
    public static List<BuildFailure> Failures { get; } = [];

    public static string RunningTarget { get; set; }

    public static bool HasTimestamps { get; set; } = true;

    public static void Reset()
    {
        Problems.Clear();
        Failures.Clear();
        RunningTarget = null;
        HasTimestamps = true;
    }

    public static void Start()
    {
        var logger = new DeferredLogger();
        _logger = logger;
        Log.Logger = logger;
    }

    public static void Remember(string level, string message, Tone tone)
    {
        lock (Problems)
            Problems.Add(new BuildLogLine($"[{level}] {RunningTarget}: {message}", tone));
    }

    public static void OpenFiles()
    {
        if (!NukeBuild.IsServerBuild)
            (_logger as DeferredLogger)?.OpenFiles();
    }

    public static void Close()
    {
        _logger?.Dispose();
        _logger = null;
    }
}
