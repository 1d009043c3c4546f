using System.Text.Json;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Releases;

/// <summary>What a release of the light backend does wrong (tests/light/backend.js says what each means); the default is a healthy one.</summary>
internal sealed record LightBehaviour
{
    /// <summary>Makes two artifacts differ.</summary>
    public string Build { get; init; } = "1";

    public bool Crash { get; init; }

    public bool Hang { get; init; }

    public int? Health { get; init; }

    public string? AnswersAs { get; init; }

    public double Errors { get; init; }

    /// <summary>Milliseconds on top of every answer.</summary>
    public int Slow { get; init; }

    /// <summary>Milliseconds after which it dies.</summary>
    public int? Leak { get; init; }

    /// <summary>Milliseconds until it listens.</summary>
    public int Starts { get; init; }

    /// <summary>Milliseconds for which each of a process's first 30 requests keeps its thread busy.</summary>
    public int Cold { get; init; }

    public string? Migrate { get; init; }
}

/// <summary>Artifacts of the light backend: a small Node program with the contract of Medusa's command line, for campaigns of many runs.</summary>
internal static class LightStore
{
    public static async Task<ArtifactManifest> BuildAsync(ArtifactFolder artifacts, LightBehaviour behaviour, string? commit = "1234567")
    {
        var zstd = await Rehearsal.TestTools.In(Rehearsal.LocalPlace.Cache)(PinnedProgram.Zstd, CancellationToken.None);
        var scratch = artifacts.NewScratch();
        try
        {
            var layer = Directory.CreateDirectory(Path.Combine(scratch, "layer")).FullName;
            File.Copy(Path.Combine(Rehearsal.Checkout.Root, "tests", "light", "backend.js"), Path.Combine(layer, "cli.js"));
            var backend = Directory.CreateDirectory(Path.Combine(scratch, "backend")).FullName;
            await File.WriteAllTextAsync(Path.Combine(backend, "behaviour.json"), JsonSerializer.Serialize(behaviour, Format));
            var manifest = ArtifactManifest.Of(
            [
                await PackAsync(PartKind.Layer, "node_modules/@medusajs/cli", layer),
                await PackAsync(PartKind.Backend, "", backend),
            ], commit, DateTimeOffset.UtcNow);
            artifacts.Save(manifest);
            return manifest;

            async Task<ArtifactPart> PackAsync(PartKind kind, string name, string folder)
            {
                var archive = Path.Combine(scratch, $"{kind}.tar.zst");
                var written = await TarArchive.WriteAsync([(name, folder)], archive, zstd, CancellationToken.None);
                var part = new ArtifactPart(kind, null, written.Content, written.Content, written.File, written.Length);
                artifacts.AddPart(part, archive);
                return part;
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault };
}
