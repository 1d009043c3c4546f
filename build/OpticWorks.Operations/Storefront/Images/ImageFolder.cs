using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Storefront.Images;

/// <summary>Reads a folder of images.</summary>
public static class ImageFolder
{
    /// <summary>"10 megabyte" (developers.cloudflare.com/images/upload-images, "Dimensions and sizes").</summary>
    public const long LargestFile = 10 * 1024 * 1024;

    /// <summary>As much of a file's beginning as tells its format; an SVG may begin with a comment.</summary>
    private const int HeadLength = 1024;

    private static readonly string[] Extensions = [".png", ".gif", ".jpg", ".jpeg", ".webp", ".svg", ".heic", ".avif"];

    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Every image below it in the order of the paths; files with other endings, and links, are passed over.</summary>
    /// <exception cref="OperationException">There is no such folder (exit 2).</exception>
    public static IReadOnlyList<ImageFile> Read(string folder, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
            throw OperationException.Configuration("There is no folder of images", "correct storefront.images.folder in the environment file; it is relative to the store", folder);
        return [.. Directory.EnumerateFiles(folder, "*", NoLinks)
            .Where(path => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Select(path => Describe(folder, path, cancellationToken))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>The media type that a file's first bytes tell; null: none that Cloudflare Images takes.</summary>
    internal static string? TypeOf(ReadOnlySpan<byte> head) =>
        head is [0x89, ..] && head[1..].StartsWith("PNG\r\n\u001a\n"u8) ? "image/png"
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? "image/gif"
        : head is [0xff, 0xd8, 0xff, ..] ? "image/jpeg"
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8) && IsHeic(head[8..12]) ? "image/heic"
        : IsSvg(head) ? "image/svg+xml"
        : null;

    private static bool IsHeic(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("hevc"u8);

    private static bool IsSvg(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        return text.StartsWith('<') && text.Contains("<svg", StringComparison.Ordinal);
    }

    private static ImageFile Describe(string folder, string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var file = File.OpenRead(path);
        var head = new byte[HeadLength];
        var count = file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        file.Position = 0;
        return new ImageFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), Convert.ToHexStringLower(SHA256.HashData(file)), file.Length, TypeOf(head.AsSpan(0, count)));
    }
}
