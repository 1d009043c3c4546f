using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace OpticWorks.Operations.Toolchain;

/// <summary>The script embedded beside this file with the npm packages that it needs, each checked against its pinned digest.</summary>
internal sealed class SqlParserRecipe(params IReadOnlyList<NpmPackage> packages) : IRecipe
{
    public const string Script = "parse-sql.cjs";

    /// <summary>The packages are pinned; the script changes with this program.</summary>
    public string Id => $"sql-parser-{packages[0].Version}-{Convert.ToHexStringLower(SHA256.HashData(Text()))[..8]}";

    public int NeededMebibytes => 20;

    public async Task InstallAsync(string folder, string home, Workshop workshop, CancellationToken cancellationToken)
    {
        var registry = new NpmRegistry(workshop.Http, NpmConfiguration.Registry());
        foreach (var package in packages)
        {
            var archive = Path.Combine(folder, "package.tgz");
            await registry.DownloadAsync(package, archive, cancellationToken).ConfigureAwait(false);
            await using (var file = File.OpenRead(archive))
            await using (var tar = new GZipStream(file, CompressionMode.Decompress))
                await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false, cancellationToken).ConfigureAwait(false);
            File.Delete(archive);
            var target = Path.Combine(folder, "node_modules", package.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(Path.Combine(folder, "package"), target);
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, Script), Text(), cancellationToken).ConfigureAwait(false);
    }

    public string Executable(string home) => Path.Combine(home, Script);

    private static byte[] Text()
    {
        using var resource = typeof(SqlParserRecipe).Assembly.GetManifestResourceStream($"sql-parser/{Script}")!;
        using var text = new MemoryStream();
        resource.CopyTo(text);
        return text.ToArray();
    }
}
