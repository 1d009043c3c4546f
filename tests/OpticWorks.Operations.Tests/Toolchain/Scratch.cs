namespace OpticWorks.Operations.Tests.Toolchain;

/// <summary>A temporary folder with a folder of programs and a cache folder in it, removed at the end.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("opticworks-toolchain-").FullName;

    public string Cache => Path.Combine(Root, "cache");

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>A program that prints a text and writes a line into "calls" beside it whenever it is run.</summary>
    public string Program(string folder, string name, string output, int exitCode = 0)
    {
        var path = Path.Combine(Folder(folder), name);
        File.WriteAllText(path, $"#!/bin/sh\necho x >> '{path}.calls'\necho '{output}'\nexit {exitCode}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    public static int Calls(string program) => File.Exists(program + ".calls") ? File.ReadAllLines(program + ".calls").Length : 0;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
