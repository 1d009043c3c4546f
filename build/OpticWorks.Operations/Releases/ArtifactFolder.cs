using System.Text.Json;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// The artifacts of a checkout on disk: <c>archives/FILE.tar.zst</c> by the file's digest, <c>parts/INPUTS.json</c> from inputs to archive,
/// <c>manifests/DIGEST.json</c>. Everything appears by rename, whole or not at all.
/// </summary>
public sealed class ArtifactFolder(string directory)
{
    public string Directory { get; } = directory;

    /// <summary>A new folder for unfinished work; the caller deletes it. One whose process was killed is removed here.</summary>
    public string NewScratch()
    {
        var scratches = Path.Combine(Directory, "scratch");
        System.IO.Directory.CreateDirectory(scratches);
        foreach (var old in System.IO.Directory.GetDirectories(scratches))
        {
            var owner = Path.GetFileName(old).Split('-')[0];
            if (!OperatingSystem.IsLinux() || System.IO.Directory.Exists($"/proc/{owner}"))
                continue;
            try
            {
                System.IO.Directory.Delete(old, recursive: true);
            }
            catch (IOException)
            {
                // Another task or process removes it, too.
            }
        }

        return System.IO.Directory.CreateDirectory(Path.Combine(scratches, $"{Environment.ProcessId}-{Guid.NewGuid():n}")).FullName;
    }

    public string ArchivePath(ArtifactPart part) => Path.Combine(Directory, "archives", $"{part.File}.tar.zst");

    public string ManifestPath(string digest) => Path.Combine(Directory, "manifests", $"{digest}.json");

    /// <summary>The part made from these inputs, when its archive is here and has its length.</summary>
    public ArtifactPart? FindPart(string inputs)
    {
        var record = Path.Combine(Directory, "parts", $"{inputs}.json");
        if (!File.Exists(record))
            return null;
        try
        {
            var part = JsonSerializer.Deserialize<ArtifactPart>(File.ReadAllText(record));
            return part is not null && IsHere(part) ? part : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void AddPart(ArtifactPart part, string archive)
    {
        var final = ArchivePath(part);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(final)!);
        File.Move(archive, final, overwrite: true);
        Write(Path.Combine(Directory, "parts", $"{part.Inputs}.json"), JsonSerializer.Serialize(part));
    }

    /// <summary>The manifest with this digest, when all its archives are here.</summary>
    public ArtifactManifest? Find(string digest) => Find(digest, _ => true);

    /// <summary>The manifest with this digest, when those of its archives that are wanted are here.</summary>
    public ArtifactManifest? Find(string digest, Func<ArtifactPart, bool> wanted)
    {
        var path = ManifestPath(digest);
        if (!File.Exists(path))
            return null;
        var manifest = ArtifactManifest.Read(File.ReadAllText(path), path);
        return manifest.Parts.Where(wanted).All(IsHere) ? manifest : null;
    }

    public void Save(ArtifactManifest manifest) => Write(ManifestPath(manifest.Digest), manifest.Write());

    public bool IsHere(ArtifactPart part)
    {
        var file = new FileInfo(ArchivePath(part));
        return file.Exists && file.Length == part.Length;
    }

    private static void Write(string path, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Environment.ProcessId}.part";
        File.WriteAllText(part, text);
        File.Move(part, path, overwrite: true);
    }
}
