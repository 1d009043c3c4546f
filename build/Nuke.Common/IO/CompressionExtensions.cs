using System.Formats.Tar;
using System.IO.Compression;

namespace Nuke.Common.IO;

/// <summary>Packs directories into zip and gzipped tar archives and unpacks them; the extension of the archive tells which.</summary>
public static class CompressionExtensions
{
    public static void CompressTo(this AbsolutePath directory, AbsolutePath archiveFile, Func<AbsolutePath, bool> filter = null)
    {
        if (archiveFile.HasExtension(".zip"))
            directory.ZipTo(archiveFile, filter);
        else if (IsTarGZip(archiveFile))
            directory.TarGZipTo(archiveFile, filter);
        else
            throw Unknown(archiveFile);
    }

    public static void UncompressTo(this AbsolutePath archiveFile, AbsolutePath directory)
    {
        if (archiveFile.HasExtension(".zip"))
            archiveFile.UnZipTo(directory);
        else if (IsTarGZip(archiveFile))
            archiveFile.UnTarGZipTo(directory);
        else
            throw Unknown(archiveFile);
    }

    public static void ZipTo(
        this AbsolutePath directory,
        AbsolutePath archiveFile,
        Func<AbsolutePath, bool> filter = null,
        CompressionLevel compressionLevel = CompressionLevel.Optimal,
        FileMode fileMode = FileMode.CreateNew)
    {
        var files = FilesOf(directory, filter);
        using var stream = Open(archiveFile, fileMode);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var file in files)
            archive.CreateEntryFromFile(file, directory.GetUnixRelativePathTo(file), compressionLevel);
    }

    public static void UnZipTo(this AbsolutePath archiveFile, AbsolutePath directory) =>
        ZipFile.ExtractToDirectory(archiveFile, directory.CreateDirectory(), overwriteFiles: true);

    public static void TarGZipTo(
        this AbsolutePath baseDirectory,
        AbsolutePath archiveFile,
        IEnumerable<AbsolutePath> files,
        FileMode fileMode = FileMode.CreateNew)
    {
        using var stream = Open(archiveFile, fileMode);
        using var compressed = new GZipStream(stream, CompressionLevel.Optimal);
        using var archive = new TarWriter(compressed);
        foreach (var file in files)
            archive.WriteEntry(file, baseDirectory.GetUnixRelativePathTo(file));
    }

    public static void TarGZipTo(
        this AbsolutePath directory,
        AbsolutePath archiveFile,
        Func<AbsolutePath, bool> filter = null,
        FileMode fileMode = FileMode.CreateNew) =>
        directory.TarGZipTo(archiveFile, FilesOf(directory, filter), fileMode);

    public static void UnTarGZipTo(this AbsolutePath archiveFile, AbsolutePath directory)
    {
        using var stream = File.OpenRead(archiveFile);
        using var compressed = new GZipStream(stream, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(compressed, directory.CreateDirectory(), overwriteFiles: true);
    }

    /// <summary>All files, listed before the archive is created, which may be inside the directory.</summary>
    private static List<AbsolutePath> FilesOf(AbsolutePath directory, Func<AbsolutePath, bool> filter) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(AbsolutePath.Create)
            .Where(file => filter == null || filter(file))];

    private static FileStream Open(AbsolutePath archiveFile, FileMode fileMode)
    {
        archiveFile.Parent.CreateDirectory();
        return new FileStream(archiveFile, fileMode, FileAccess.ReadWrite);
    }

    private static bool IsTarGZip(AbsolutePath archiveFile) =>
        archiveFile.HasExtension(".tgz") || archiveFile.Name.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);

    private static ArgumentException Unknown(AbsolutePath archiveFile) => new($"'{archiveFile.Name}' is no zip, tar.gz or tgz archive");
}
