using System.IO.Compression;
using System.Security.Cryptography;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A local file that several hosts get: read and compressed once, and only when a host asks for it.</summary>
public sealed class CompressedFile
{
    private readonly string _path;
    private readonly Lazy<byte[]> _compressed;

    private CompressedFile(string path, string sha256, long length)
    {
        _path = path;
        Sha256 = sha256;
        Length = length;
        _compressed = new Lazy<byte[]>(Compress);
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Bytes, before compression.</summary>
    public long Length { get; }

    /// <exception cref="OperationException">There is no such file (exit 2).</exception>
    public static async Task<CompressedFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw OperationException.Configuration($"{path} does not exist", next: "./build.sh Toolchain");
        var content = File.OpenRead(path);
        await using (content.ConfigureAwait(false))
        {
            var digest = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
            return new CompressedFile(path, Convert.ToHexStringLower(digest), content.Length);
        }
    }

    /// <summary>The file as gzip.</summary>
    public Stream OpenCompressed() => new MemoryStream(_compressed.Value, writable: false);

    private byte[] Compress()
    {
        using var result = new MemoryStream();
        using (var content = File.OpenRead(_path))
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
            content.CopyTo(gzip);
        return result.ToArray();
    }
}
