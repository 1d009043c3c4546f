namespace Nuke.Common.IO;

/// <summary>A path without a root, with backslashes.</summary>
public class WinRelativePath : RelativePath
{
    internal const char Separator = '\\';

    protected WinRelativePath(string path, char? separator)
        : base(path, separator)
    {
    }

    public static explicit operator WinRelativePath(string path) =>
        path == null ? null : new WinRelativePath(PathConstruction.NormalizePath(path, Separator), Separator);
}
