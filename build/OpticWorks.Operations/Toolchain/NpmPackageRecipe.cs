using System.Formats.Tar;
using System.IO.Compression;

namespace OpticWorks.Operations.Toolchain;

/// <summary>A program that is one npm package without dependencies, fetched and unpacked here: no npm is needed.</summary>
internal sealed class NpmPackageRecipe(NpmPackage package, string executable, int neededMebibytes, string name) : IRecipe
{
    /// <summary>Folders of the package that the program does not need.</summary>
    public IReadOnlyList<string> Unneeded { get; init; } = [];

    public string Id => $"{name}-{package.Version}";

    public int NeededMebibytes => neededMebibytes;

    public string? Note => package.Integrity is null
        ? $"{package} was chosen by the store; it was checked against the registry's own digest only"
        : null;

    public async Task InstallAsync(string folder, string home, Workshop workshop, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(folder, "package.tgz");
        var registry = new NpmRegistry(workshop.Http, NpmConfiguration.Registry());
        await registry.DownloadAsync(package, archive, cancellationToken).ConfigureAwait(false);
        await using (var file = File.OpenRead(archive))
        await using (var tar = new GZipStream(file, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false, cancellationToken).ConfigureAwait(false);

        File.Delete(archive);
        // Archives of npm hold one top folder, "package" by custom.
        foreach (var unneeded in Unneeded)
        {
            var path = Path.Combine(folder, "package", unneeded);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }

    public string Executable(string home) => Path.Combine(home, "package", executable);
}
