namespace Nuke.Common.IO;

/// <summary>Takes files to a new place under an <see cref="ExistsPolicy"/>; what happens to a single file is given.</summary>
internal sealed class PathTransfer(ExistsPolicy policy, bool createDirectories, Action<AbsolutePath, AbsolutePath> transferFile)
{
    public Func<AbsolutePath, bool> ExcludeDirectory { get; init; }

    public Func<AbsolutePath, bool> ExcludeFile { get; init; }

    public void Run(AbsolutePath source, AbsolutePath target)
    {
        Assert.True(source.FileExists() || source.DirectoryExists(), $"'{source}' does not exist");
        if (source.FileExists())
            TransferFile(source, target);
        else
            TransferDirectory(source, target);
    }

    public static void DeleteEmptyDirectories(AbsolutePath directory)
    {
        if (!directory.DirectoryExists())
            return;
        foreach (var child in Directory.GetDirectories(directory))
            DeleteEmptyDirectories(AbsolutePath.Create(child));
        if (!Directory.EnumerateFileSystemEntries(directory).Any())
            Directory.Delete(directory);
    }

    private void TransferDirectory(AbsolutePath source, AbsolutePath target)
    {
        Assert.False(source.Contains(target), $"'{target}' is inside '{source}'");
        if (target.DirectoryExists() && policy.HasFlag(ExistsPolicy.DirectoryFail))
            Assert.Fail($"Directory '{target}' already exists");
        Prepare(target);
        target.CreateDirectory();
        foreach (var file in Children(Directory.GetFiles(source), ExcludeFile))
            TransferFile(file, target / file.Name);
        foreach (var directory in Children(Directory.GetDirectories(source), ExcludeDirectory))
            TransferDirectory(directory, target / directory.Name);
    }

    private void TransferFile(AbsolutePath source, AbsolutePath target)
    {
        if (target.FileExists() && !MayReplace(source, target))
            return;
        Prepare(target);
        transferFile(source, target);
    }

    private bool MayReplace(AbsolutePath source, AbsolutePath target)
    {
        if (policy.HasFlag(ExistsPolicy.FileOverwrite))
            return true;
        if (policy.HasFlag(ExistsPolicy.FileOverwriteIfNewer))
            return source.GetLastWriteTimeUtc() > target.GetLastWriteTimeUtc();
        Assert.True(policy.HasFlag(ExistsPolicy.FileSkip), $"File '{target}' already exists");
        return false;
    }

    private void Prepare(AbsolutePath target)
    {
        if (createDirectories)
            target.Parent?.CreateDirectory();
    }

    private static IEnumerable<AbsolutePath> Children(IEnumerable<string> paths, Func<AbsolutePath, bool> exclude) =>
        paths.Select(AbsolutePath.Create).Where(path => exclude == null || !exclude(path));
}
