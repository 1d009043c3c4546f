namespace OpticWorks.Operations.Storefront.Images;

/// <summary>What a synchronisation does. Pure: the folder, the map of before and what Cloudflare has, as data.</summary>
public sealed class ImagePlan
{
    private readonly ImageMap _before;
    private readonly IReadOnlyDictionary<string, string> _there;

    private ImagePlan(IReadOnlyList<ImageFile> files, ImageMap before, IReadOnlyDictionary<string, string> there)
    {
        Files = files;
        _before = before;
        _there = there;
        Uploads = [.. files.Where(file => !there.ContainsKey(file.Id)).DistinctBy(file => file.Id)];
    }

    public IReadOnlyList<ImageFile> Files { get; }

    /// <summary>One file of each content that Cloudflare does not have.</summary>
    public IReadOnlyList<ImageFile> Uploads { get; }

    /// <summary>Files whose entry is not in the map of before as it will be.</summary>
    public IEnumerable<ImageFile> Changed => Files.Where(file => _before.Images.GetValueOrDefault(file.Path)?.Id != file.Id);

    /// <summary>Paths of the map of before that are no files any more. Their images stay at Cloudflare: an earlier release's pages may show them.</summary>
    public IEnumerable<string> Gone => _before.Images.Keys.Except(Files.Select(file => file.Path));

    /// <param name="there">Delivery addresses of Cloudflare's images by their ids.</param>
    /// <exception cref="OperationException">Some file would not be taken (exit 4); names the first eight.</exception>
    public static ImagePlan Of(IReadOnlyList<ImageFile> files, ImageMap before, IReadOnlyDictionary<string, string> there)
    {
        var problems = files.Where(file => file.Problem is not null).Select(file => $"{file.Path} {file.Problem}").ToArray();
        return problems.Length == 0
            ? new ImagePlan(files, before, there)
            : throw OperationException.Preflight($"Cloudflare Images would not take {(problems.Length == 1 ? "a file" : $"{problems.Length} files")} of the folder", "mend or remove them",
                seen: string.Join('\n', problems.Take(8)) + (problems.Length > 8 ? $"\nand {problems.Length - 8} more" : ""));
    }

    /// <summary>The map that is true once these uploads are there: a file whose new content is not there yet keeps its old image, where that is still there.</summary>
    /// <param name="uploaded">Delivery addresses by ids.</param>
    public ImageMap After(IReadOnlyDictionary<string, string> uploaded)
    {
        var images = new Dictionary<string, DeliveredImage>();
        foreach (var file in Files)
        {
            if (Find(file.Id) is { } now)
                images[file.Path] = now;
            else if (_before.Images.TryGetValue(file.Path, out var old) && Find(old.Id) is { } still)
                images[file.Path] = still;
        }

        return new ImageMap(images);

        DeliveredImage? Find(string id) => uploaded.TryGetValue(id, out var url) || _there.TryGetValue(id, out url) ? new DeliveredImage(id, url) : null;
    }
}
