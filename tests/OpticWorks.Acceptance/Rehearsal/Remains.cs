using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>What the computer still has of a local environment, found without the suite's own bookkeeping.</summary>
internal static class Remains
{
    public static IReadOnlyList<string> Of(string stateDirectory)
    {
        var name = LocalNetwork.Prefix(LocalNetwork.IdOf(stateDirectory));
        return
        [
            .. Named("/sys/class/net", name),
            .. Named("/run/netns", name),
            .. Named("/sys/fs/cgroup", name),
            .. Named("/sys/fs/cgroup/unified", name),
            .. Named("/sys/fs/cgroup/systemd", name),
            .. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(name, StringComparison.Ordinal)),
            .. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(stateDirectory, StringComparison.Ordinal)),
            .. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
                .Where(path => Mentions(path, stateDirectory)).Select(path => $"process {Path.GetFileName(path)}"),
            .. Directory.Exists(stateDirectory) ? [stateDirectory] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Named(string folder, string name) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder, $"{name}*") : [];

    // The tests' own child has the folder among its arguments too, but has ended by then.
    private static bool Mentions(string process, string stateDirectory)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline").Contains(stateDirectory, StringComparison.Ordinal)
                || File.ReadAllText($"{process}/environ").Contains(stateDirectory, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
