using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Releases;

/// <summary>The environment's artifact store: every built artifact by digest, so that any machine deploys what another built.
/// Keys: <c>PREFIX archives/FILE.tar.zst</c> and <c>PREFIX manifests/DIGEST.json</c>; the manifest comes last.</summary>
public sealed class ArtifactLibrary(ObjectStore objects, string prefix, INarrator narrator)
{
    /// <summary>Uploads what the store lacks.</summary>
    public async Task PutAsync(ArtifactManifest manifest, ArtifactFolder folder, CancellationToken cancellationToken)
    {
        var manifestKey = $"{prefix}manifests/{manifest.Digest}.json";
        if (await objects.LengthAsync(manifestKey, cancellationToken).ConfigureAwait(false) is not null)
        {
            narrator.Say("publish", $"artifact {manifest.Digest[..12]} is in {objects.Bucket} already");
            return;
        }

        foreach (var part in manifest.Parts)
        {
            var key = ArchiveKey(part);
            if (await objects.LengthAsync(key, cancellationToken).ConfigureAwait(false) == part.Length)
                continue;
            narrator.Say("publish", $"{part.Kind.ToString().ToLowerInvariant()} {part.Length / 1048576.0:0.0} MiB to {objects.Bucket}");
            await objects.PutFileAsync(key, folder.ArchivePath(part), cancellationToken).ConfigureAwait(false);
        }

        await objects.PutTextAsync(manifestKey, manifest.Write(), cancellationToken).ConfigureAwait(false);
        narrator.Say("publish", $"artifact {manifest.Digest[..12]} published to {objects.Bucket}");
    }

    /// <summary>Brings the manifest and the archives asked for into the folder, each checked against its digest.</summary>
    /// <exception cref="OperationException">There is no such artifact, or an archive is damaged (exit 4).</exception>
    public async Task<ArtifactManifest> GetAsync(
        string digest, ArtifactFolder folder, Func<ArtifactPart, bool> wanted, CancellationToken cancellationToken)
    {
        var key = $"{prefix}manifests/{digest}.json";
        await using var stream = await objects.OpenAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw OperationException.Preflight($"There is no artifact {digest} in {objects.Bucket}", "./build.sh Build --environment …", objects.Endpoint.Host);
        using var reader = new StreamReader(stream);
        var manifest = ArtifactManifest.Read(await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false), $"{objects.Bucket}/{key}");
        if (manifest.Digest != digest)
            throw OperationException.Preflight($"{objects.Bucket}/{key} holds another artifact", "./build.sh Build --environment …", objects.Endpoint.Host, manifest.Digest);
        foreach (var part in manifest.Parts.Where(wanted).Where(part => !folder.IsHere(part)))
            await GetArchiveAsync(part, folder, cancellationToken).ConfigureAwait(false);
        folder.Save(manifest);
        return manifest;
    }

    private async Task GetArchiveAsync(ArtifactPart part, ArtifactFolder folder, CancellationToken cancellationToken)
    {
        var key = ArchiveKey(part);
        var scratch = folder.NewScratch();
        try
        {
            var path = Path.Combine(scratch, "archive");
            await using (var source = await objects.OpenAsync(key, cancellationToken).ConfigureAwait(false)
                ?? throw OperationException.Preflight($"The artifact's {part.Kind.ToString().ToLowerInvariant()} is missing in {objects.Bucket}", "./build.sh Build --environment …", key))
            await using (var target = File.Create(path))
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            await using (var check = File.OpenRead(path))
            {
                var digest = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(check, cancellationToken).ConfigureAwait(false));
                if (digest != part.File)
                    throw OperationException.Preflight($"The artifact's {part.Kind.ToString().ToLowerInvariant()} is damaged", "./build.sh Build --environment …", $"{objects.Bucket}/{key}", $"SHA-256 {digest}");
            }

            folder.AddPart(part, path);
        }
        finally
        {
            System.IO.Directory.Delete(scratch, recursive: true);
        }
    }

    private string ArchiveKey(ArtifactPart part) => $"{prefix}archives/{part.File}.tar.zst";
}
