#nullable enable
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace OpticWorks.Tests;

/// <summary>
/// The temporary folder of this test process and of every program that it starts: from the first moment on TMPDIR names it. It is called after the process
/// and removed with its end. What a process that was killed left, with what still runs there, the next one removes: a lock that the system takes away from
/// the dead tells.
/// </summary>
internal static class TemporaryPlace
{
    private const string Variable = "TMPDIR";

    private const string LockEnd = ".lock";

    private static readonly string s_name = $"ow-tests-{Environment.UserName}";

    private static FileStream? s_lock;

    /// <summary>The temporary folder in which it lies; for what outlives a test process and is swept by its own rules.</summary>
    public static string Around { get; private set; } = Path.GetTempPath();

    [ModuleInitializer]
    internal static void Begin()
    {
        if (OperatingSystem.IsWindows())
            return;
        // The child of a test process is at home in its parent's folder.
        var inside = Around.IndexOf($"/{s_name}/", StringComparison.Ordinal);
        if (inside >= 0)
        {
            Around = Around[..(inside + 1)];
            return;
        }

        var root = Directory.CreateDirectory(Path.Combine(Around, s_name)).FullName;
        foreach (var file in Directory.GetFiles(root, $"*{LockEnd}"))
            Sweep(file);
        var folder = Take(root);
        // As the temporary folder around it: programs of other users use it too.
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b001_111_111_111);
        Environment.SetEnvironmentVariable(Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(folder);
    }

    /// <summary>Takes a lock whose process is gone, and removes the folder.</summary>
    private static void Sweep(string file)
    {
        try
        {
            using var taken = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Remove(file[..^LockEnd.Length]);
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or another one removes it at this moment, or something in it cannot be removed.
        }
    }

    private static string Take(string root)
    {
        for (var number = 0; ; number++)
        {
            var folder = Path.Combine(root, $"{Environment.ProcessId}{(number == 0 ? "" : $"-{number}")}");
            try
            {
                s_lock = new FileStream(folder + LockEnd, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (File.Exists(folder + LockEnd))
                    return folder;
                s_lock.Dispose();
            }
            catch (IOException) when (number < 100)
            {
                // A process of this number, in another container that shares the folder.
            }
        }
    }

    private static void End(string folder)
    {
        try
        {
            Remove(folder);
            File.Delete(folder + LockEnd);
            s_lock?.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process tries again.
        }
    }

    private static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        EndWhatRunsIn(folder);
        foreach (var mount in MountsIn(folder).Reverse())
            Process.Start(new ProcessStartInfo("umount", ["-l", mount]) { RedirectStandardError = true })?.WaitForExit();
        if (MountsIn(folder).Count == 0)
            Directory.Delete(folder, recursive: true);
    }

    private static void EndWhatRunsIn(string folder)
    {
        foreach (var path in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (!int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId)
                continue;
            try
            {
                if (File.ResolveLinkTarget($"{path}/cwd", false)?.FullName is { } directory && $"{directory}/".StartsWith($"{folder}/", StringComparison.Ordinal))
                    Process.GetProcessById(pid).Kill();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has just ended, or is somebody else's.
            }
        }
    }

    private static IReadOnlyList<string> MountsIn(string folder) => !File.Exists("/proc/self/mountinfo") ? [] :
        [.. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(mount => mount.StartsWith($"{folder}/", StringComparison.Ordinal))];
}
