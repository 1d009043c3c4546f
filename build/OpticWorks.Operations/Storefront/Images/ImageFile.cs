namespace OpticWorks.Operations.Storefront.Images;

/// <summary>A file of the folder of images.</summary>
/// <param name="Path">Below the folder, with "/", for example "lenses/grey.jpg"; what the storefront looks an image up by.</param>
/// <param name="Content">SHA-256, lowercase hexadecimal.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Type">Media type by its first bytes; null: none that Cloudflare Images takes.</param>
public sealed record ImageFile(string Path, string Content, long Length, string? Type)
{
    /// <summary>The id that it has at Cloudflare Images: of its content, so that the same image is never there twice, and a changed one is another
    /// (developers.cloudflare.com/images/upload-images/upload-custom-path).</summary>
    public string Id => $"sha256-{Content}";

    /// <summary>Why Cloudflare would not take it; null: it would, as far as can be seen from here.</summary>
    public string? Problem => Type is null ? "is no PNG, GIF, JPEG, WebP, SVG or HEIC"
        : Length > ImageFolder.LargestFile ? FormattableString.Invariant($"has {Length / 1048576.0:0.0} MiB; {ImageFolder.LargestFile / 1048576} are the most")
        : null;
}
