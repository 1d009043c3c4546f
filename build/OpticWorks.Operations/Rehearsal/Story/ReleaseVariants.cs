using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>
/// The rehearsal's other releases, made from the first one's artifact without building again: the backend's output is changed in a copy, the dependency layer
/// and the storefront's bundle are the same. An artifact that was made before is found again.
/// </summary>
public sealed class ReleaseVariants(ArtifactFolder artifacts, Tool zstd, INarrator narrator)
{
    /// <summary>Bump when what a variant changes changes.</summary>
    private const string Recipe = "1";

    /// <summary>The same store with one more expand migration.</summary>
    /// <returns>The artifact, and the migration's name; null: no module of the store's own has migrations, so there is none.</returns>
    public async Task<(ArtifactManifest Artifact, string? Migration)> WithMigrationAsync(ArtifactManifest artifact, CancellationToken cancellationToken)
    {
        string? migration = null;
        var variant = await MakeAsync("with a migration", artifact, folder => migration = AddedMigration.Write(folder), cancellationToken).ConfigureAwait(false);
        return (variant, migration);
    }

    /// <summary>The store, with what <paramref name="artifact"/> has, failing one of <see cref="FailingReads.OneOf"/> light reads of shoppers.</summary>
    public Task<ArtifactManifest> FailingAsync(ArtifactManifest artifact, CancellationToken cancellationToken) =>
        MakeAsync("failing", artifact, FailingReads.Write, cancellationToken);

    private async Task<ArtifactManifest> MakeAsync(string name, ArtifactManifest artifact, Action<string> change, CancellationToken cancellationToken)
    {
        var inputs = new Inputs().Value("variant", name).Value("recipe", Recipe).Value("backend", artifact.Backend.File).Digest();
        var scratch = artifacts.NewScratch();
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(scratch, "backend")).FullName;
            await TarArchive.ExtractAsync(artifacts.ArchivePath(artifact.Backend), folder, zstd, cancellationToken).ConfigureAwait(false);
            change(folder);
            var backend = artifacts.FindPart(inputs) ?? await PackAsync(inputs, folder, Path.Combine(scratch, "archive.tar.zst"), cancellationToken).ConfigureAwait(false);
            var variant = ArtifactManifest.Of(artifact.Parts.Where(part => part.Kind != PartKind.Backend).Append(backend), artifact.Commit, DateTimeOffset.UtcNow);
            artifacts.Save(variant);
            narrator.Say("build", $"a release {name}: artifact {variant.Digest[..12]}, backend {backend.Length / 1024.0:0} KiB, everything else as it was");
            return variant;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<ArtifactPart> PackAsync(string inputs, string folder, string archive, CancellationToken cancellationToken)
    {
        var written = await TarArchive.WriteAsync([("", folder)], archive, zstd, cancellationToken).ConfigureAwait(false);
        var part = new ArtifactPart(PartKind.Backend, null, inputs, written.Content, written.File, written.Length);
        artifacts.AddPart(part, archive);
        return part;
    }
}
