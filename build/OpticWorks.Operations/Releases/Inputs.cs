using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// The inputs of something built, and their digest: SHA-256 over (name, length, content) of each value and each file in ordinal
/// order of the names. Times, owners and the place of the checkout do not count; a changed name, byte or executable bit does.
/// </summary>
public sealed class Inputs
{
    /// <summary>Folders that hold what builds write or package managers install, wherever they are.</summary>
    private static readonly HashSet<string> Outputs = new(StringComparer.Ordinal)
    {
        ".git", "node_modules", ".next", ".open-next", ".medusa", ".wrangler", ".turbo", ".nuke",
    };

    /// <summary>The same where a package has its place; elsewhere a folder of that name may hold sources.</summary>
    private static readonly HashSet<string> OutputsOfPackage = new(StringComparer.Ordinal) { "artifacts", "coverage", "test-results", "dist", "out", "static" };

    private readonly SortedDictionary<string, Func<byte[]>> _parts = new(StringComparer.Ordinal);

    /// <summary>A named value, for example a version.</summary>
    public Inputs Value(string name, string value)
    {
        _parts.Add($"value:{name}", () => SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>One file, known by a name of its own wherever it lies.</summary>
    public Inputs FileAt(string name, string path)
    {
        if (File.Exists(path))
            _parts.Add($"file:{name}", () => Digest(path));
        return this;
    }

    /// <summary>Every file below a folder except in the folders that builds write.</summary>
    public Inputs Folder(string name, string directory, params IReadOnlyList<string> except)
    {
        foreach (var path in Files(directory, except))
            _parts.Add($"file:{name}/{Path.GetRelativePath(directory, path).Replace('\\', '/')}", () => Digest(path));
        return this;
    }

    /// <summary>Lowercase hexadecimal SHA-256.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var (name, digest) in _parts)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
            hash.AppendData(digest());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Digest(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var information = new FileInfo(path);
        if (information.LinkTarget is { } target)
        {
            hash.AppendData("link"u8);
            hash.AppendData(Encoding.UTF8.GetBytes(target));
            return hash.GetHashAndReset();
        }

        hash.AppendData((information.UnixFileMode & UnixFileMode.UserExecute) != 0 ? "x"u8 : "-"u8);
        using var content = File.OpenRead(path);
        hash.AppendData(SHA256.HashData(content));
        return hash.GetHashAndReset();
    }

    private static IEnumerable<string> Files(string directory, IReadOnlyList<string> except)
    {
        var isPackage = File.Exists(Path.Combine(directory, "package.json"));
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (except.Contains(entry.Name))
                continue;
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                if (Outputs.Contains(folder.Name) || (isPackage && OutputsOfPackage.Contains(folder.Name)))
                    continue;
                foreach (var path in Files(folder.FullName, []))
                    yield return path;
            }
            else if (!entry.Name.EndsWith(".tsbuildinfo", StringComparison.Ordinal) && entry.Name != "next-env.d.ts")
            {
                yield return entry.FullName;
            }
        }
    }
}
