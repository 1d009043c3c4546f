using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// A program from Debian packages, run from a folder: its packages and libraries (the C library too) are unpacked there and
/// the executables are pointed at that folder's loader and libraries. So it runs the same on a machine of another suite.
/// Addresses are absolute: a finished folder cannot be moved.
/// </summary>
internal sealed class DebianRecipe(
    string name, string suite, IReadOnlyList<string> packages, string folderOfPrograms, string executable, int neededMebibytes) : IRecipe
{
    private static readonly TimeSpan UnpackLimit = TimeSpan.FromMinutes(3);

    /// <summary>Changes with the way a tree is made, so that trees of older builds are not used.</summary>
    private const int Revision = 1;

    public string Id => $"{name}-{suite}-{Revision}";

    public int NeededMebibytes => neededMebibytes;

    public string Executable(string home) => Path.Combine(home, folderOfPrograms, executable);

    public async Task InstallAsync(string folder, string home, Workshop workshop, CancellationToken cancellationToken)
    {
        var archives = Directory.CreateDirectory(Path.Combine(folder, ".archives")).FullName;
        var view = new PackageView(workshop.Cache, suite, workshop.Narrator);
        await view.DownloadAsync([.. packages, "patchelf"], archives, cancellationToken).ConfigureAwait(false);
        foreach (var archive in Directory.EnumerateFiles(archives, "*.deb"))
            await RunAsync(new LocalCommand("dpkg-deb", "-x", archive, folder), cancellationToken).ConfigureAwait(false);
        Directory.Delete(archives, recursive: true);
        Lighten(folder);

        var loader = Loader(folder);
        foreach (var program in Programs(folder))
            await RelocateAsync(program, loader, folder, home, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tree's folders of libraries, relative to it; the loader's folder names the architecture ("x86_64-linux-gnu").</summary>
    internal static IReadOnlyList<string> LibraryFolders(string loader)
    {
        var architecture = Path.GetFileName(Path.GetDirectoryName(loader))!;
        return [$"lib/{architecture}", $"usr/lib/{architecture}", $"usr/lib/{architecture}/systemd"];
    }

    private static string Loader(string folder) =>
        new[] { "lib", "usr/lib" }
            .Select(part => Path.Combine(folder, part))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .SelectMany(part => Directory.EnumerateFiles(part, "ld-linux*.so.*"))
            .FirstOrDefault()
        ?? throw new InstallException("the unpacked packages hold no loader", folder);

    /// <summary>Executables (ELF files with the executable bit) in the folders of programs; links are reached through their targets.</summary>
    private IEnumerable<FileInfo> Programs(string folder) =>
        new[] { "usr/bin", "usr/sbin", "bin", "sbin", folderOfPrograms }
            .Distinct()
            .Select(part => new DirectoryInfo(Path.Combine(folder, part)))
            .Where(part => part.Exists)
            .SelectMany(part => part.EnumerateFiles())
            .Where(file => file.LinkTarget is null && file.Name != "patchelf" && IsElf(file.FullName));

    private static async Task RelocateAsync(FileInfo program, string loader, string folder, string home, CancellationToken cancellationToken)
    {
        var libraries = LibraryFolders(loader);
        var here = string.Join(':', libraries.Select(part => Path.Combine(folder, part)));
        var there = string.Join(':', libraries.Select(part => Path.Combine(home, part)));
        var loaderThere = Path.Combine(home, Path.GetRelativePath(folder, loader));
        // DT_RPATH (force-rpath) also serves the libraries' own dependencies; DT_RUNPATH would not.
        await RunAsync(new LocalCommand(loader, "--library-path", here, Path.Combine(folder, "usr/bin/patchelf"),
            "--set-interpreter", loaderThere, "--force-rpath", "--set-rpath", there, program.FullName), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what no program here reads: documentation, and plug-ins that would load libraries which are not there (LLVM).</summary>
    private static void Lighten(string folder)
    {
        foreach (var part in new[] { "usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/locale", "var", "usr/lib/postgresql/17/lib/bitcode" })
        {
            var path = Path.Combine(folder, part);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }

        var modules = Path.Combine(folder, "usr/lib/postgresql/17/lib");
        if (Directory.Exists(modules))
        {
            foreach (var module in Directory.EnumerateFiles(modules, "llvmjit*"))
                File.Delete(module);
        }
    }

    private static bool IsElf(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("\u007fELF"u8);
    }

    private static async Task RunAsync(LocalCommand command, CancellationToken cancellationToken)
    {
        var result = await LocalProcess.RunAsync(command with { Limit = UnpackLimit }, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new InstallException($"{Path.GetFileName(command.Program)} failed (exit {result.ExitCode})", result.Tail());
    }
}
