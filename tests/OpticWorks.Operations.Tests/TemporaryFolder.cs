namespace OpticWorks.Operations.Tests;

/// <summary>A folder of a test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("ow-test-").FullName;

    public string Path { get; }

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file, its folders included.</summary>
    public string Write(string relative, string text)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
