namespace Nuke.Common.IO;

/// <summary>Joins, normalizes and relates paths as text.</summary>
public static class PathConstruction
{
    private static readonly char[] Separators = ['/', '\\'];

    public static WinRelativePath GetWinRelativePath(string basePath, string destinationPath) =>
        (WinRelativePath)GetRelativePath(basePath, destinationPath);

    public static UnixRelativePath GetUnixRelativePath(string basePath, string destinationPath) =>
        (UnixRelativePath)GetRelativePath(basePath, destinationPath);

    public static RelativePath GetRelativePathTo(this AbsolutePath basePath, string destinationPath) =>
        (RelativePath)GetRelativePath(basePath, destinationPath);

    public static WinRelativePath GetWinRelativePathTo(this AbsolutePath basePath, string destinationPath) =>
        GetWinRelativePath(basePath, destinationPath);

    public static UnixRelativePath GetUnixRelativePathTo(this AbsolutePath basePath, string destinationPath) =>
        GetUnixRelativePath(basePath, destinationPath);

    public static WinRelativePath ToWinRelativePath(this RelativePath path) => (WinRelativePath)(string)path;

    public static UnixRelativePath ToUnixRelativePath(this RelativePath path) => (UnixRelativePath)(string)path;

    /// <summary>Whether the destination is the base path or below it.</summary>
    public static bool Contains(this AbsolutePath basePath, string destinationPath) => IsDescendantPath(basePath, destinationPath);

    public static string GetRelativePath(string basePath, string destinationPath) => Path.GetRelativePath(basePath, destinationPath);

    public static bool IsDescendantPath(string basePath, string destinationPath)
    {
        var relative = GetRelativePath(NormalizePath(basePath), NormalizePath(destinationPath));
        return relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !HasPathRoot(relative);
    }

    public static bool HasPathRoot(string path) => GetPathRoot(path) != null;

    /// <summary><c>/</c>, <c>C:</c> or <c>\\</c>; null for a relative path.</summary>
    public static string GetPathRoot(string path)
    {
        if (string.IsNullOrEmpty(path))
            return null;
        if (path[0] == '/')
            return "/";
        if (path.StartsWith(@"\\", StringComparison.Ordinal))
            return @"\\";
        return path.Length > 1 && char.IsAsciiLetter(path[0]) && path[1] == ':' ? path[..2] : null;
    }

    /// <exception cref="ArgumentException">The second path is rooted.</exception>
    public static string Combine(string left, string right, char? separator = null)
    {
        if (string.IsNullOrEmpty(right))
            return left;
        Assert.False(HasPathRoot(right), "Second path must not be rooted");
        if (string.IsNullOrEmpty(left))
            return right;
        var character = separator ?? SeparatorOf(left);
        return $"{left.TrimEnd(Separators)}{character}{right.TrimStart(Separators)}";
    }

    /// <summary>Resolves <c>.</c> and <c>..</c>, and unifies separators; a relative path keeps its leading <c>..</c>.</summary>
    public static string NormalizePath(string path, char? separator = null)
    {
        path ??= string.Empty;
        var root = GetPathRoot(path);
        // A backslash is a letter like any other in the paths of a Unix system.
        var character = separator ?? SeparatorOf(path);
        var separators = root == "/" && separator == null ? ['/'] : Separators;
        var parts = new List<string>();
        foreach (var part in path[(root?.Length ?? 0)..].Split(separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (root == null)
                parts.Add(part);
            else
                Assert.Fail($"Cannot normalize '{path}' beyond its root");
        }

        var joined = string.Join(character, parts);
        return root switch
        {
            null => joined,
            "/" or @"\\" => root + joined,
            _ => $"{root.ToUpperInvariant()}{character}{joined}"
        };
    }

    private static char SeparatorOf(string path) => GetPathRoot(path) switch
    {
        "/" => '/',
        null => Path.DirectorySeparatorChar,
        _ => '\\'
    };
}
