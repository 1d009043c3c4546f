using Nuke.Common.IO;

namespace Nuke.Common.Tooling;

/// <summary>Finds programs.</summary>
public static class ToolPathResolver
{
    /// <summary>The file a variable such as <c>NPM_EXE</c> names; null when it is not set.</summary>
    /// <exception cref="ArgumentException">The file does not exist.</exception>
    public static string TryGetEnvironmentExecutable(string environmentExecutable)
    {
        var path = EnvironmentInfo.GetVariable(environmentExecutable);
        if (string.IsNullOrEmpty(path))
            return null;
        Assert.FileExists(path, $"Environment variable {environmentExecutable} names no existing file");
        return path;
    }

    /// <summary>The program of that name in the directories of PATH.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static string GetPathExecutable(string pathExecutable) =>
        FindInPath(pathExecutable).NotNull($"Program '{pathExecutable}' is not in PATH");

    internal static string FindInPath(string name)
    {
        string[] extensions = EnvironmentInfo.IsWin
            ? [string.Empty, .. (EnvironmentInfo.GetVariable("PATHEXT") ?? ".EXE").Split(';', StringSplitOptions.RemoveEmptyEntries)]
            : [string.Empty];
        return EnvironmentInfo.Paths
            .Where(PathConstruction.HasPathRoot)
            .SelectMany(directory => extensions.Select(extension => Path.Combine(directory, name + extension)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file)
    {
        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & anyExecute) != 0);
    }
}
