namespace Nuke.Common.IO;

/// <summary>
/// Finds files and directories by patterns relative to a directory: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of directories,
/// <c>{a,b}</c> for alternatives, <c>[abc]</c> and <c>[!abc]</c> for one letter. Results are in ordinal order.
/// </summary>
public static class Globbing
{
    public static GlobbingCaseSensitivity GlobbingCaseSensitivity = GlobbingCaseSensitivity.Auto;

    public static IReadOnlyCollection<string> GlobFiles(string directory, params string[] patterns) =>
        Find(directory, patterns, Directory.EnumerateFiles);

    public static IReadOnlyCollection<AbsolutePath> GlobFiles(this AbsolutePath directory, params string[] patterns) =>
        [.. Find(directory, patterns, Directory.EnumerateFiles).Select(AbsolutePath.Create)];

    public static IReadOnlyCollection<string> GlobDirectories(string directory, params string[] patterns) =>
        Find(directory, patterns, Directory.EnumerateDirectories);

    public static IReadOnlyCollection<AbsolutePath> GlobDirectories(this AbsolutePath directory, params string[] patterns) =>
        [.. Find(directory, patterns, Directory.EnumerateDirectories).Select(AbsolutePath.Create)];

    private static List<string> Find(string directory, string[] patterns, Func<string, string, SearchOption, IEnumerable<string>> enumerate)
    {
        if (!Directory.Exists(directory))
            return [];
        var globs = patterns.Select(pattern => new GlobPattern(pattern, IsCaseSensitive)).ToList();
        return [.. enumerate(directory, "*", SearchOption.AllDirectories)
            .Where(path => globs.Any(glob => glob.IsMatch(PathConstruction.GetUnixRelativePath(directory, path))))
            .Order(StringComparer.Ordinal)];
    }

    private static bool IsCaseSensitive => GlobbingCaseSensitivity switch
    {
        GlobbingCaseSensitivity.CaseSensitive => true,
        GlobbingCaseSensitivity.CaseInsensitive => false,
        _ => EnvironmentInfo.IsLinux
    };
}
