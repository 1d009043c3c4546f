using System.Reflection;
using Nuke.Common.IO;

namespace Nuke.Common.Execution;

internal static class BuildLocation
{
    private static readonly Lazy<AbsolutePath> Project = new(FindProject);

    /// <summary>The assembly the process was started with; null when it has none on disk.</summary>
    public static AbsolutePath AssemblyFile
    {
        get
        {
            var location = Assembly.GetEntryAssembly()?.Location;
            return string.IsNullOrEmpty(location) ? null : AbsolutePath.Create(location);
        }
    }

    public static AbsolutePath ProjectFile => Project.Value;

    private static AbsolutePath FindProject()
    {
        for (var directory = AssemblyFile?.Parent; directory != null; directory = directory.Parent)
        {
            var project = Directory.EnumerateFiles(directory, "*.csproj").Order(StringComparer.Ordinal).FirstOrDefault();
            if (project != null)
                return AbsolutePath.Create(project);
        }

        return null;
    }
}
