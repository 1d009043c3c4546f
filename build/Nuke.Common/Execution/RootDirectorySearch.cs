using Nuke.Common.IO;

namespace Nuke.Common.Execution;

/// <summary>Finds the directory that holds <c>.nuke</c> (a directory, or a file in old repositories).</summary>
internal static class RootDirectorySearch
{
    public const string Marker = ".nuke";

    public static AbsolutePath Upwards(AbsolutePath start)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        for (var directory = start; directory != null; directory = directory.Parent)
        {
            if (IsRoot(directory) && (string)directory != home)
                return directory;
        }

        return null;
    }

    public static bool IsRoot(AbsolutePath directory) => Path.Exists(Path.Combine(directory, Marker));
}
