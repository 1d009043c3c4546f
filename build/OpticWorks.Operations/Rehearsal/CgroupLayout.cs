namespace OpticWorks.Operations.Rehearsal;

/// <summary>Where machines get their control groups: each needs its own, or they would share one and end each other's units.</summary>
/// <param name="Roots">Mount points in which each machine gets a group: the unified one, and beside it systemd's own in the
/// hybrid layout.</param>
internal sealed record CgroupLayout(IReadOnlyList<string> Roots)
{
    /// <summary>The layout of this computer.</summary>
    /// <exception cref="OperationException">No unified hierarchy (exit 2).</exception>
    public static CgroupLayout Detect(string mount = "/sys/fs/cgroup")
    {
        if (File.Exists(Path.Combine(mount, "cgroup.controllers")))
            return new CgroupLayout([mount]);
        var unified = Path.Combine(mount, "unified");
        var systemd = Path.Combine(mount, "systemd");
        if (File.Exists(Path.Combine(unified, "cgroup.controllers")))
            return new CgroupLayout(Directory.Exists(systemd) ? [unified, systemd] : [unified]);
        throw OperationException.Configuration(
            "The machines' systemd needs control groups version 2, and none is mounted here.",
            where: mount, next: "mount it: mount -t cgroup2 none /sys/fs/cgroup/unified");
    }

    /// <summary>The folders of one environment, or of one machine of it.</summary>
    public IReadOnlyList<string> Of(string group) => [.. Roots.Select(root => Path.Combine(root, group))];

    /// <summary>Every process in the group and below it.</summary>
    public IReadOnlyList<int> Processes(string group) =>
        [.. Of(group).Where(Directory.Exists).SelectMany(ProcessesBelow).Distinct()];

    /// <summary>The names directly below a group.</summary>
    public IEnumerable<string> Children(string group) =>
        Of(group).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(path => Path.GetFileName(path)!).Distinct();

    private static List<int> ProcessesBelow(string folder)
    {
        var found = new List<int>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "cgroup.procs", SearchOption.AllDirectories))
                found.AddRange(File.ReadLines(file).Select(int.Parse));
        }
        catch (IOException)
        {
            // A group was removed while it was read: its processes have ended.
        }

        return found;
    }
}
