namespace OpticWorks.Operations.Toolchain;

/// <summary>A file as it was when it was looked at: another size or time means that it must be looked at again.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Ticks">Last write, ticks of UTC.</param>
internal sealed record FileStamp(string Path, long Size, long Ticks)
{
    /// <summary>The file now (a link's target); null when there is none.</summary>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            if (file.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
                return null;
            file = target;
        }

        return file.Exists ? new FileStamp(path, file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }

    public bool IsUnchanged => Of(Path) == this;
}
