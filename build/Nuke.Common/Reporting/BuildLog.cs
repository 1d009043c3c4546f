using System.Collections.Concurrent;
using Serilog;

namespace Nuke.Common.Reporting;

/// <summary>
/// Everything the engine and the build log goes through <see cref="Log.Logger"/>: to the console, to the overview of errors and
/// warnings, and, once targets run on a local machine, to files. The pipeline is built by the first event.
/// </summary>
internal static class BuildLog
{
    private static readonly ConcurrentQueue<BuildLogLine> Problems = new();
    private static DeferredLogger _logger;

    /// <summary>Warnings and errors so far, in order.</summary>
    public static IReadOnlyCollection<BuildLogLine> ErrorsAndWarnings => Problems;

    public static string RunningTarget { get; set; }

    public static bool HasTimestamps { get; set; } = true;

    public static void Start()
    {
        Problems.Clear();
        RunningTarget = null;
        HasTimestamps = true;
        _logger = new DeferredLogger();
        Log.Logger = _logger;
    }

    public static void Remember(string level, string message, Tone tone) =>
        Problems.Enqueue(new BuildLogLine($"[{level}] {RunningTarget}: {message}", tone));

    public static void OpenFiles()
    {
        if (!NukeBuild.IsServerBuild)
            _logger?.OpenFiles();
    }

    public static void Close()
    {
        _logger?.Dispose();
        _logger = null;
    }
}
