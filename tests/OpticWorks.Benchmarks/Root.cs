namespace OpticWorks.Benchmarks;

/// <summary>The checkout that the benchmarks measure.</summary>
internal static class Root
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, ".nuke")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the program holds .nuke");
    }
}
