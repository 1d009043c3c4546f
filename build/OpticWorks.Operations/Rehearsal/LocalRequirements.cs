using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>What a computer must have before anything is made on it.</summary>
internal static class LocalRequirements
{
    private static readonly (string Program, string Package)[] Programs =
    [
        ("ip", "iproute2"), ("mount", "mount"), ("mountpoint", "util-linux"), ("unshare", "util-linux"), ("flock", "util-linux"),
        ("setsid", "util-linux"), ("tar", "tar"), ("awk", "mawk"), ("find", "findutils"), ("chroot", "coreutils"),
    ];

    /// <summary>Refuses with everything that is missing at once (exit 2).</summary>
    /// <param name="folders">Folders whose paths go into mount options.</param>
    public static void Check(params IReadOnlyList<string> folders)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw OperationException.Configuration("The local environment runs systemd machines and needs Linux.",
                next: "use a Linux computer or virtual machine");
        }

        var search = ProgramSearch.OfThisMachine();
        var missing = Programs.Where(each => !search.Has(each.Program))
            .Select(each => $"program {each.Program} (package {each.Package})").ToList();
        if (!HasOverlay())
            missing.Add("overlay file system (kernel module overlay)");
        missing.AddRange(folders.Where(folder => folder.AsSpan().ContainsAny(",:\\\"\n"))
            .Select(folder => $"a folder whose path has no comma, colon, backslash or quote: {folder}"));
        if (missing.Count > 0)
        {
            throw OperationException.Configuration("This computer lacks what the local environment needs.",
                seen: string.Join('\n', missing), next: "install or load it, then run the command again");
        }
    }

    private static bool HasOverlay() =>
        File.ReadLines("/proc/filesystems").Any(line => line.EndsWith("\toverlay", StringComparison.Ordinal))
        || Directory.Exists($"/lib/modules/{KernelRelease()}/kernel/fs/overlayfs");

    private static string KernelRelease() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
}
