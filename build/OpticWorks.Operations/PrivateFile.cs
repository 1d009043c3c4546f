namespace OpticWorks.Operations;

/// <summary>Files and folders that only their owner may read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a file (0600), whole or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = Create(temporary))
            file.Write(content);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>A new, empty file (0600) instead of the one that may be there.</summary>
    public static FileStream Create(string path)
    {
        if (OperatingSystem.IsWindows())
            throw NeedsLinux();
        File.Delete(path);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>Makes a folder (0700) unless it is there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            throw NeedsLinux();
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static PlatformNotSupportedException NeedsLinux() => new("Files that only their owner may read need Linux.");
}
