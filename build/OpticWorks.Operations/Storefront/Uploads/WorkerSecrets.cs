using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Storefront.Uploads;

/// <summary>The secrets of a Worker by name. Their values go to wrangler's standard input and nowhere else.</summary>
public sealed class WorkerSecrets(IReadOnlyDictionary<string, string> values)
{
    public static WorkerSecrets None { get; } = new(new Dictionary<string, string>());

    public IEnumerable<string> Names => values.Keys.Order(StringComparer.Ordinal);

    public bool Any => values.Count > 0;

    /// <summary>The first 16 digits of HMAC-SHA-256 over names and values; "-" without any. Tells whether they are others, and, without the key, nothing
    /// about them.</summary>
    /// <param name="key">The API token: who has it can read nothing, but set them.</param>
    public string Digest(string key)
    {
        if (!Any)
            return "-";
        using var text = new MemoryStream();
        foreach (var (name, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Write(Encoding.UTF8.GetBytes($"{name}\0{value}\0"));
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), text.ToArray()))[..16];
    }

    /// <summary>A JSON object of strings, as wrangler's --secrets-file wants it.</summary>
    internal string Write() => new JsonObject(values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)))
        .ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
