namespace Nuke.Common.IO;

/// <summary>A path without a root, with slashes.</summary>
public class UnixRelativePath : RelativePath
{
    internal const char Separator = '/';

    protected UnixRelativePath(string path, char? separator)
        : base(path, separator)
    {
    }

    public static explicit operator UnixRelativePath(string path) =>
        path == null ? null : new UnixRelativePath(PathConstruction.NormalizePath(path, Separator), Separator);
}
