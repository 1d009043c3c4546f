using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Storefront.Images;

/// <summary>Where an image is delivered.</summary>
/// <param name="Id">At Cloudflare Images.</param>
/// <param name="Url">Without the variant: the storefront appends "/public" or another variant's name.</param>
public sealed record DeliveredImage(string Id, string Url);

/// <summary>
/// What the storefront reads, a JSON file: <c>{"schema": 1, "images": {"lenses/grey.jpg": {"id": "sha256-…", "url": "https://imagedelivery.net/HASH/sha256-…"}}}</c>.
/// Every entry's image is at Cloudflare.
/// </summary>
public sealed class ImageMap
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true };

    private readonly SortedDictionary<string, DeliveredImage> _images;

    public ImageMap(IEnumerable<KeyValuePair<string, DeliveredImage>> images) => _images = new(images.ToDictionary(), StringComparer.Ordinal);

    public static ImageMap Empty { get; } = new([]);

    public IReadOnlyDictionary<string, DeliveredImage> Images => _images;

    public string Write() => JsonSerializer.Serialize(new Shape(Schema, _images), Format) + "\n";

    /// <exception cref="OperationException">It is no such map (exit 4): it is not overwritten.</exception>
    public static ImageMap Read(string text, string where)
    {
        try
        {
            if (JsonSerializer.Deserialize<Shape>(text, Format) is { Schema: Schema, Images: not null } shape)
                return new ImageMap(shape.Images);
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw OperationException.Preflight("The file that storefront.images.map names is no map of images", "name another file, or remove this one", where);
    }

    /// <summary>The map of a file; empty: there is none yet.</summary>
    /// <inheritdoc cref="Read"/>
    public static ImageMap ReadFile(string path) => File.Exists(path) ? Read(File.ReadAllText(path), path) : Empty;

    /// <summary>Writes it whole or not at all; a file that says the same is left alone.</summary>
    /// <returns>Whether it was written.</returns>
    public bool WriteFile(string path)
    {
        var text = Write();
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{System.Environment.ProcessId}.new";
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, path, overwrite: true);
        return true;
    }

    private sealed record Shape([property: JsonPropertyName("schema")] int Schema, [property: JsonPropertyName("images")] IDictionary<string, DeliveredImage> Images);
}
