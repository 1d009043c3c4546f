using System.Security.Cryptography;
using System.Text;

namespace Nuke.Common.IO;

public static partial class AbsolutePathExtensions
{
    /// <summary>The MD5 digest of the file's bytes, in lower-case hexadecimal digits. It detects change, not malice.</summary>
    public static string GetFileHash(this AbsolutePath path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(stream));
    }

    /// <summary>As <see cref="GetFileSetHash"/>, over all files below the directory.</summary>
    public static string GetDirectoryHash(this AbsolutePath path, Func<AbsolutePath, bool> includeFile = null) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(AbsolutePath.Create)
            .Where(file => includeFile == null || includeFile(file))
            .GetFileSetHash(path);

    /// <summary>One MD5 digest over the relative paths and contents of the files, whatever the order they are given in.</summary>
    public static string GetFileSetHash(this IEnumerable<AbsolutePath> paths, string baseDirectory)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var (name, path) in paths
            .Select(path => (Name: (string)PathConstruction.GetUnixRelativePath(baseDirectory, path), Path: path))
            .OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            digest.AppendData(Encoding.UTF8.GetBytes(name));
            digest.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
