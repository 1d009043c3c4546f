using System.Runtime.CompilerServices;
using Nuke.Common.Utilities;

namespace Nuke.Common.IO;

/// <summary>What is done with paths: asking, finding, creating, deleting; reading and writing; copying and moving; digests.</summary>
public static partial class AbsolutePathExtensions
{
    private static readonly string[] FileWords = ["file", "executable", "exe", "script", "archive"];
    private static readonly string[] DirectoryWords = ["directory", "dir", "folder"];

    /// <summary>The files at most <paramref name="depth"/> directories deep that have all the attributes.</summary>
    public static IEnumerable<AbsolutePath> GetFiles(
        this AbsolutePath path,
        string pattern = "*",
        int depth = 1,
        FileAttributes attributes = FileAttributes.None) =>
        Enumerate(path, depth, directory => Directory.EnumerateFiles(directory, pattern))
            .Where(file => attributes == FileAttributes.None || File.GetAttributes(file).HasFlag(attributes));

    public static IEnumerable<AbsolutePath> GetDirectories(
        this AbsolutePath path,
        string pattern = "*",
        int depth = 1,
        FileAttributes attributes = FileAttributes.None) =>
        Enumerate(path, depth, directory => Directory.EnumerateDirectories(directory, pattern))
            .Where(directory => attributes == FileAttributes.None || File.GetAttributes(directory).HasFlag(attributes));

    public static AbsolutePath CreateDirectory(this AbsolutePath path)
    {
        Directory.CreateDirectory(path);
        return path;
    }

    public static AbsolutePath CreateOrCleanDirectory(this AbsolutePath path)
    {
        path.DeleteDirectory();
        return path.CreateDirectory();
    }

    public static AbsolutePath TouchFile(this AbsolutePath path, DateTime? time = null, bool createDirectories = true)
    {
        if (createDirectories)
            path.Parent.CreateDirectory();
        if (!path.FileExists())
            File.WriteAllBytes(path, []);
        File.SetLastWriteTime(path, time ?? DateTime.Now);
        return path;
    }

    /// <summary>Deletes the file; does nothing when there is none.</summary>
    public static void DeleteFile(this AbsolutePath path)
    {
        if (!path.FileExists())
            return;
        File.SetAttributes(path, FileAttributes.Normal);
        File.Delete(path);
    }

    /// <summary>Deletes the directory with all it holds; does nothing when there is none.</summary>
    public static void DeleteDirectory(this AbsolutePath path)
    {
        if (path.DirectoryExists())
            Directory.Delete(path, recursive: true);
    }

    public static void DeleteFiles(this IEnumerable<AbsolutePath> paths) => paths.ToList().ForEach(DeleteFile);

    public static void DeleteDirectories(this IEnumerable<AbsolutePath> paths) => paths.ToList().ForEach(DeleteDirectory);

    /// <summary>Whether it exists as what its expression is named after: <c>ToolFile.Exists()</c>, <c>OutputDirectory.Exists()</c>.</summary>
    public static bool Exists(this AbsolutePath path, [CallerArgumentExpression("path")] string expression = null)
    {
        var name = expression.NotNull().TrimEnd('(', ')');
        if (FileWords.Any(name.EndsWithOrdinalIgnoreCase))
            return path.FileExists();
        if (DirectoryWords.Any(name.EndsWithOrdinalIgnoreCase))
            return path.DirectoryExists();
        throw new ArgumentException($"'{expression}' does not tell file from directory. Use FileExists or DirectoryExists.");
    }

    public static bool FileExists(this AbsolutePath path) => File.Exists(path);

    public static bool DirectoryExists(this AbsolutePath path) => Directory.Exists(path);

    public static bool ContainsFile(this AbsolutePath path, string pattern, SearchOption options = SearchOption.TopDirectoryOnly) =>
        Directory.EnumerateFiles(path, pattern, options).Any();

    public static bool ContainsDirectory(this AbsolutePath path, string pattern, SearchOption options = SearchOption.TopDirectoryOnly) =>
        Directory.EnumerateDirectories(path, pattern, options).Any();

    /// <summary>The path when it exists, else null; the expression decides as for <see cref="Exists"/>.</summary>
    public static AbsolutePath Existing(this AbsolutePath path, [CallerArgumentExpression("path")] string expression = null) =>
        path.Exists(expression) ? path : null;

    public static AbsolutePath ExistingFile(this AbsolutePath path) => path.FileExists() ? path : null;

    public static AbsolutePath ExistingDirectory(this AbsolutePath path) => path.DirectoryExists() ? path : null;

    public static IEnumerable<AbsolutePath> WhereFileExists(this IEnumerable<AbsolutePath> paths) => paths.Where(FileExists);

    public static IEnumerable<AbsolutePath> WhereDirectoryExists(this IEnumerable<AbsolutePath> paths) => paths.Where(DirectoryExists);

    /// <summary>Extensions may be given with or without their dot.</summary>
    public static bool HasExtension(this AbsolutePath path, string extension, params string[] alternativeExtensions) =>
        alternativeExtensions.Prepend(extension).Any(candidate => path.Extension.EqualsOrdinalIgnoreCase(WithDot(candidate)));

    public static AbsolutePath WithExtension(this AbsolutePath path, string extension) =>
        path.Parent / (path.NameWithoutExtension + WithDot(extension));

    public static AbsolutePath FindParent(this AbsolutePath path, Func<AbsolutePath, bool> predicate) => path.Parent?.FindParentOrSelf(predicate);

    public static AbsolutePath FindParentOrSelf(this AbsolutePath path, Func<AbsolutePath, bool> predicate)
    {
        for (var current = path; current != null; current = current.Parent)
        {
            if (predicate(current))
                return current;
        }

        return null;
    }

    public static FileInfo ToFileInfo(this AbsolutePath path) => path == null ? null : new FileInfo(path);

    public static DirectoryInfo ToDirectoryInfo(this AbsolutePath path) => path == null ? null : new DirectoryInfo(path);

    public static bool IsDotDirectory(this AbsolutePath path) => path.Name.StartsWith('.');

    public static DateTime GetLastWriteTimeUtc(this AbsolutePath path) => File.GetLastWriteTimeUtc(path);

    private static IEnumerable<AbsolutePath> Enumerate(AbsolutePath path, int depth, Func<string, IEnumerable<string>> entries)
    {
        if (depth == 0)
            return [];
        return entries(path).Select(AbsolutePath.Create)
            .Concat(Directory.EnumerateDirectories(path).SelectMany(directory => Enumerate(AbsolutePath.Create(directory), depth - 1, entries)));
    }

    private static string WithDot(string extension) => extension.StartsWith('.') ? extension : $".{extension}";
}
