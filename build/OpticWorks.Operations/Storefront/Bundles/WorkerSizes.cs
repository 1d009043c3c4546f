using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>What bundles were found to weigh, a file each. Bundling takes seconds, and the same content gives the same with the same wrangler.</summary>
/// <param name="directory">Made when something is remembered.</param>
public sealed class WorkerSizes(string directory)
{
    private static readonly JsonSerializerOptions Format = new() { RespectRequiredConstructorParameters = true };

    /// <summary>What a size depends on, as a name.</summary>
    /// <param name="archive">Digest of the bundle.</param>
    /// <param name="environment">In wrangler's configuration; null: its top level.</param>
    public static string Name(string archive, string wrangler, string? environment) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', archive, wrangler, environment ?? ""))));

    /// <summary>The size of that name; null: it is not known, or cannot be read.</summary>
    public WorkerSize? Find(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkerSize>(File.ReadAllText(At(name)), Format);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where that cannot be written, the bundle is weighed again the next time.</summary>
    public void Remember(string name, WorkerSize size)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var part = $"{At(name)}.{Environment.ProcessId}.part";
            File.WriteAllText(part, JsonSerializer.Serialize(size));
            File.Move(part, At(name), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No size is lost that cannot be had again.
        }
    }

    private string At(string name) => Path.Combine(directory, $"{name}.json");
}
