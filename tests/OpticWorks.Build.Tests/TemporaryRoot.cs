namespace OpticWorks.Build.Tests;

/// <summary>A root of its own for a run of the program or of build.sh, gone after the test.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    public TemporaryRoot()
    {
        Path = Directory.CreateTempSubdirectory("ow-root-").FullName;
        Directory.CreateDirectory(At(".nuke/environments"));
    }

    public string Path { get; }

    /// <summary>The checkout that these tests belong to.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>A file of that checkout.</summary>
    public static string InCheckout(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Checkout, relative));

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    public string Write(string relative, string text)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void CopyFromCheckout(string relative)
    {
        var target = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.Copy(System.IO.Path.Combine(Checkout, relative), target, overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "build.sh")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds build.sh");
    }
}
