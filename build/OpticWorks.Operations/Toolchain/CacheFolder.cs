using System.Diagnostics;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// The folder of installed programs, shared by several processes: programs/ (finished, complete by construction), records/,
/// locks/, tmp/ (unfinished; what a killed process left is removed by the next one that holds the same lock), debian/, shims/.
/// </summary>
internal sealed class CacheFolder(string root)
{
    /// <summary>Longest wait for another process that installs the same program.</summary>
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(5);

    public string Root { get; } = Usable(Path.GetFullPath(root));

    public string Program(string id) => Path.Combine(Root, "programs", id);

    public string Record(string name) => Path.Combine(Root, "records", name + ".json");

    /// <summary>Waits until no other process (nor another toolbox of this one) holds the name; disposing gives it back, and so does dying.</summary>
    public async Task<IAsyncDisposable> LockAsync(string name, INarrator narrator, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "locks")).FullName, name);
        var clock = Stopwatch.StartNew();
        var said = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e))
            {
                if (clock.Elapsed > LockLimit)
                {
                    throw OperationException.Configuration($"Another process has held the lock of {name} for {LockLimit.TotalMinutes:0} min",
                        next: "end that process, then run the command again", where: path);
                }

                if (!said && clock.Elapsed > QuietFor)
                {
                    narrator.Say("toolchain", $"waiting for whoever installs {name} at this moment (at most {LockLimit.TotalMinutes:0} min)");
                    said = true;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An empty folder to install into. The caller holds the lock of the name, so other folders of it are left-overs.</summary>
    public string Unfinished(string name)
    {
        var parent = Directory.CreateDirectory(Path.Combine(Root, "tmp"));
        foreach (var leftOver in parent.EnumerateDirectories(name + "~*"))
            leftOver.Delete(recursive: true);
        return parent.CreateSubdirectory($"{name}~{Guid.NewGuid():N}").FullName;
    }

    /// <summary>Renames an unfinished folder to its final place.</summary>
    public static void Finish(string unfinished, string home)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(home)!);
        if (Directory.Exists(home))
            Directory.Delete(home, recursive: true);
        Directory.Move(unfinished, home);
    }

    /// <summary>Deletes an unfinished folder as far as that works; the next run deletes the rest.</summary>
    public static void Discard(string unfinished)
    {
        try
        {
            Directory.Delete(unfinished, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the installation (a full disk, missing rights) is the error to show, not this one.
        }
    }

    /// <summary>Bytes that are free for this user where the cache lies.</summary>
    public long FreeBytes()
    {
        Directory.CreateDirectory(Root);
        return new DriveInfo(Root).AvailableFreeSpace;
    }

    // PATH separates folders with ':', and apt's configuration quotes them.
    private static string Usable(string root) =>
        root.AsSpan().IndexOfAny(Path.PathSeparator, '"', '\n') < 0
            ? root
            : throw OperationException.Configuration($"The cache folder's path holds '{Path.PathSeparator}', '\"' or a line end",
                next: "set OPTICWORKS_CACHE to another folder", where: root);

    /// <summary>Another process has the file open alone: EWOULDBLOCK of Linux, of macOS, and a sharing violation of Windows.</summary>
    internal static bool IsHeld(IOException e) => (e.HResult & 0xffff) is 11 or 35 or 32;
}
