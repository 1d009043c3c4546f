using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// What was built, by digest: the backend, its dependency layer and a storefront bundle per environment. The artifact's own digest is
/// that of its parts, so it can be checked wherever it is read; commit and time only describe it.
/// </summary>
public sealed record ArtifactManifest
{
    public int Schema { get; init; } = 1;

    /// <summary>SHA-256 over the parts' lines, lowercase hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The store's commit, "-dirty" appended when its tree differed from it; null outside a git checkout.</summary>
    public string? Commit { get; init; }

    public required DateTimeOffset BuiltAt { get; init; }

    public required IReadOnlyList<ArtifactPart> Parts { get; init; }

    [JsonIgnore]
    public ArtifactPart Backend => Parts.Single(part => part.Kind == PartKind.Backend);

    [JsonIgnore]
    public ArtifactPart Layer => Parts.Single(part => part.Kind == PartKind.Layer);

    /// <summary>The storefront bundle of an environment, or null.</summary>
    public ArtifactPart? Storefront(string environment) =>
        Parts.FirstOrDefault(part => part.Kind == PartKind.Storefront && part.Environment == environment);

    public static ArtifactManifest Of(IEnumerable<ArtifactPart> parts, string? commit, DateTimeOffset builtAt)
    {
        var sorted = parts.OrderBy(part => part.Kind).ThenBy(part => part.Environment, StringComparer.Ordinal).ToArray();
        return new ArtifactManifest { Digest = DigestOf(sorted), Commit = commit, BuiltAt = builtAt, Parts = sorted };
    }

    /// <summary>An artifact of which only the name is at hand: enough to take a deployment of it back, not to go on with one.</summary>
    public static ArtifactManifest Elsewhere(string digest) => new()
    {
        Digest = digest,
        BuiltAt = default,
        Parts = [new ArtifactPart(PartKind.Backend, null, "", "", "", 0), new ArtifactPart(PartKind.Layer, null, "", "", "", 0)],
    };

    /// <summary>The manifest in a JSON text.</summary>
    /// <exception cref="OperationException">It is not one, or its digest is not that of its parts (exit 4).</exception>
    public static ArtifactManifest Read(string json, string where)
    {
        ArtifactManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<ArtifactManifest>(json, Format);
        }
        catch (JsonException e)
        {
            throw OperationException.Preflight("This is not an artifact's manifest", "./build.sh Build", where, e.Message);
        }

        if (manifest is null || manifest.Schema != 1)
            throw OperationException.Preflight($"Artifact manifests of schema {manifest?.Schema} are not known here", "update this program", where);
        var digest = DigestOf(manifest.Parts);
        return digest == manifest.Digest
            ? manifest
            : throw OperationException.Preflight("The manifest's digest is not that of its parts", "./build.sh Build", where,
                $"says {manifest.Digest}, is {digest}");
    }

    public string Write() => JsonSerializer.Serialize(this, Format) + "\n";

    private static string DigestOf(IEnumerable<ArtifactPart> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append($"{part.Kind} {part.Environment} {part.Inputs} {part.Content} {part.File} {part.Length}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}

public enum PartKind
{
    Backend,
    Layer,
    Storefront,
}

/// <summary>One archive of an artifact.</summary>
/// <param name="Environment">The environment that a storefront bundle was compiled for; null for the others.</param>
/// <param name="Inputs">Digest of everything it was made from.</param>
/// <param name="Content">SHA-256 of the uncompressed tar.</param>
/// <param name="File">SHA-256 of the compressed file; its name in stores.</param>
/// <param name="Length">Length of the compressed file in bytes.</param>
public sealed record ArtifactPart(PartKind Kind, string? Environment, string Inputs, string Content, string File, long Length);
