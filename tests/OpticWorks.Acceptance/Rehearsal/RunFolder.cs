using System.Globalization;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>
/// A folder for the servers of one test class, named after this process. Everything that runs in it (its working directory lies
/// there) is ended with it. What a run that was killed left behind, the next run removes: the folder names its process.
/// </summary>
internal sealed class RunFolder : IAsyncDisposable
{
    private static readonly string Root = System.IO.Path.Combine(TemporaryPlace.Around, "opticworks-runs");

    private static readonly Lazy<Task> Sweep = new(SweepAsync);

    private static int s_folders;

    private RunFolder(string path) => Path = path;

    /// <summary>Absolute; every user may enter it, because PostgreSQL refuses to run as root.</summary>
    public string Path { get; }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <param name="name">What it is for, without a hyphen.</param>
    public static async Task<RunFolder> CreateAsync(string name)
    {
        await Sweep.Value;
        var own = ProcessStamp.Read(Environment.ProcessId)!;
        var path = System.IO.Path.Combine(Root, $"{own.Pid}-{own.Started}-{name}-{Interlocked.Increment(ref s_folders)}");
        return new RunFolder(Directory.CreateDirectory(path).FullName);
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(Path);

    /// <summary>The processes whose working directory lies in a folder.</summary>
    internal static IReadOnlyList<ProcessStamp> ProcessesIn(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(System.IO.Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && WorksIn(pid, folder))
            .Select(ProcessStamp.Read)
            .OfType<ProcessStamp>(),
    ];

    /// <summary>Ends what runs in a folder, then removes it; another run may be doing the same.</summary>
    internal static async Task RemoveAsync(string folder)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            await MarkedProcesses.SignalAsync("KILL", ProcessesIn(folder));
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && tries < 200)
            {
                await Task.Delay(50); // A process that dies may still write.
            }
        }
    }

    private static async Task SweepAsync()
    {
        foreach (var folder in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
        {
            var words = System.IO.Path.GetFileName(folder).Split('-');
            if (words.Length == 4
                && int.TryParse(words[0], CultureInfo.InvariantCulture, out var pid)
                && long.TryParse(words[1], CultureInfo.InvariantCulture, out var started)
                && !new ProcessStamp(pid, started).IsAlive)
            {
                await RemoveAsync(folder);
            }
        }
    }

    private static bool WorksIn(int pid, string folder)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", false)?.FullName is { } directory
                && (directory == folder || directory.StartsWith(folder + "/", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
