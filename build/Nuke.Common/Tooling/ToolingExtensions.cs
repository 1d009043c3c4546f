using System.Diagnostics;
using Nuke.Common.IO;

namespace Nuke.Common.Tooling;

/// <summary>Permissions, links, and opening of files.</summary>
public static class ToolingExtensions
{
    /// <summary>Lets everybody execute the file, on Unix systems and, if asked, in git's index.</summary>
    public static AbsolutePath SetExecutable(this AbsolutePath path, bool updateVcsIndex = false)
    {
        path.SetUnixPermissions("755");
        if (updateVcsIndex)
            ToolResolver.GetPathTool("git")($"update-index --chmod=+x {path}", workingDirectory: path.Parent);
        return path;
    }

    public static AbsolutePath AddUnixSymlink(this AbsolutePath path, AbsolutePath linkPath, bool force = false)
    {
        if (OperatingSystem.IsWindows())
            return path;
        if (force)
            File.Delete(linkPath);
        File.CreateSymbolicLink(linkPath, path);
        return path;
    }

    /// <param name="path">The file or directory.</param>
    /// <param name="permissions">Octal digits, such as 644.</param>
    public static AbsolutePath SetUnixPermissions(this AbsolutePath path, string permissions)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(permissions, fromBase: 8));
        return path;
    }

    /// <inheritdoc cref="SetUnixPermissions(AbsolutePath, string)"/>
    public static AbsolutePath SetUnixPermissions(this AbsolutePath path, int permissions) =>
        path.SetUnixPermissions(permissions.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Opens the file with the program the desktop has for it.</summary>
    public static void Open(this AbsolutePath path)
    {
        using var process = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
    }
}
