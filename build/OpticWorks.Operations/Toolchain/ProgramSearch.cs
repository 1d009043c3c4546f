namespace OpticWorks.Operations.Toolchain;

/// <summary>The folders in which programs are looked for, first one first.</summary>
internal sealed class ProgramSearch
{
    private readonly IReadOnlyList<string> _folders;

    /// <summary>Relative and missing folders are left out, and so are those that are another's link ("/bin" to "/usr/bin").</summary>
    public ProgramSearch(IEnumerable<string> folders)
    {
        var seen = new HashSet<string>();
        _folders = [.. folders.Where(folder => Path.IsPathRooted(folder) && Directory.Exists(folder) && seen.Add(Real(folder)))];
    }

    /// <summary>PATH, then folders that PATH often lacks for people who are not root, then where Debian keeps PostgreSQL 17.</summary>
    public static ProgramSearch OfThisMachine() => new(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/postgresql/17/bin"]));

    public bool Has(string executable) => Find(executable, []).Count > 0;

    /// <summary>Each executable of this name that has its siblings beside it.</summary>
    public IReadOnlyList<FileStamp> Find(string executable, IReadOnlyList<string> siblings)
    {
        var found = new List<FileStamp>();
        foreach (var folder in _folders)
        {
            var path = Path.Combine(folder, executable);
            if (FileStamp.Of(path) is { } stamp && IsExecutable(path) && siblings.All(sibling => File.Exists(Path.Combine(folder, sibling))))
                found.Add(stamp);
        }

        return found;
    }

    /// <summary>What may be a pinned program.</summary>
    public IReadOnlyList<FileStamp> Candidates(Pin pin)
    {
        var found = Find(pin.Executable, pin.Siblings);
        if (!pin.IsScript)
            return found;
        // Only a script that Node can run directly is of use: it must run on the pinned Node, not on the one of its first line.
        return [.. found.Select(stamp => File.ResolveLinkTarget(stamp.Path, returnFinalTarget: true)?.FullName ?? stamp.Path)
            .Where(path => Path.GetExtension(path) is ".cjs" or ".js" or ".mjs")
            .Select(path => FileStamp.Of(path)!)];
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static string Real(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.TrimEndingDirectorySeparator(folder);
}
