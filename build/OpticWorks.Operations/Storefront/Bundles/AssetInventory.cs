using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>A file that pages refer to by a name that its content or its build makes unique.</summary>
/// <param name="Path">As in the bundle, for example "_next/static/chunks/app-1f3c.js".</param>
/// <param name="Content">SHA-256, lowercase hexadecimal.</param>
public sealed record Asset(string Path, string Content)
{
    /// <summary>The path as a browser asks for it: "[handle]" becomes "%5Bhandle%5D".</summary>
    public string UrlPath => "/" + string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));
}

/// <summary>The files below _next/static, which a page of another moment may still ask for.</summary>
public sealed class AssetInventory
{
    public const string Folder = "_next/static";

    private readonly SortedDictionary<string, string> _files;

    private AssetInventory(SortedDictionary<string, string> files) => _files = files;

    public static AssetInventory Empty { get; } = Of([]);

    public IEnumerable<Asset> Files => _files.Select(pair => new Asset(pair.Key, pair.Value));

    public int Count => _files.Count;

    /// <summary>The first 16 hexadecimal digits of SHA-256 over "PATH CONTENT" lines in ordinal order of the paths.</summary>
    public string Digest
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (path, content) in _files)
                text.Append(path).Append(' ').Append(content).Append('\n');
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
        }
    }

    public static AssetInventory Of(IEnumerable<Asset> assets)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var asset in assets)
            files[asset.Path] = asset.Content;
        return new AssetInventory(files);
    }

    /// <summary>The files of a folder of assets.</summary>
    public static AssetInventory Read(string assetFolder)
    {
        var root = System.IO.Path.Combine(assetFolder, "_next", "static");
        return !Directory.Exists(root) ? Empty : Of(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path =>
        {
            using var file = File.OpenRead(path);
            return new Asset(System.IO.Path.GetRelativePath(assetFolder, path).Replace('\\', '/'), Convert.ToHexStringLower(SHA256.HashData(file)));
        }));
    }

    /// <summary>All files of both.</summary>
    /// <exception cref="OperationException">A name means other content in each: no version could serve both (exit 4).</exception>
    public AssetInventory With(AssetInventory other)
    {
        var clashes = other._files.Where(pair => _files.TryGetValue(pair.Key, out var content) && content != pair.Value).Select(pair => pair.Key).ToArray();
        if (clashes.Length > 0)
        {
            throw OperationException.Preflight("The two releases have files of one name with other content, so that no version could serve both",
                "give each build an id of its own (generateBuildId of next.config), and leave the hashes in the names",
                seen: string.Join('\n', clashes.Take(8)) + (clashes.Length > 8 ? $"\nand {clashes.Length - 8} more" : ""));
        }

        return Of(Files.Concat(other.Files));
    }

    /// <summary>What this has and the other lacks.</summary>
    public IEnumerable<Asset> Without(AssetInventory other) => Files.Where(file => !other._files.ContainsKey(file.Path));

    public bool Has(string path) => _files.ContainsKey(path);
}
