namespace Nuke.Common.IO;

/// <summary>A path without a root, with the separators of the current system.</summary>
public class RelativePath
{
    private readonly string _path;
    private readonly char? _separator;

    protected RelativePath(string path, char? separator = null)
    {
        _path = path;
        _separator = separator;
    }

    public static explicit operator RelativePath(string path) =>
        path == null ? null : new RelativePath(PathConstruction.NormalizePath(path));

    public static implicit operator string(RelativePath path) => path?._path;

    public static RelativePath operator /(RelativePath left, Range range)
    {
        Assert.True(range.Equals(Range.All), "Only the range '..' is supported: it is the parent");
        return left / "..";
    }

    public static RelativePath operator /(RelativePath left, string right)
    {
        var separator = left.NotNull()._separator;
        return new RelativePath(PathConstruction.NormalizePath(PathConstruction.Combine(left, right, separator), separator), separator);
    }

    public static RelativePath operator +(RelativePath left, string right) => new(left.NotNull()._path + right, left._separator);

    public override string ToString() => _path;
}
