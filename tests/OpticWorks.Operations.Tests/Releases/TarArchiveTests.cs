using System.Formats.Tar;
using System.Security.Cryptography;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Releases;

public sealed class TarArchiveTests : IDisposable
{
    /// <summary>Stands where zstd does, with its options: this class is about the tar, the acceptance tests run the real one.</summary>
    private static readonly Tool Copy = new("copy", "1", "/bin/sh", "PATH") { Leading = ["-c", "cat > \"$6\"", "copy"] };

    private readonly TemporaryFolder _folder = new();

    public TarArchiveTests()
    {
        _folder.Write("tree/b.txt", "bee");
        _folder.Write("tree/a/deep.txt", new string('x', 70_000));
        _folder.Write("tree/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(_folder.At("tree/run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(_folder.At("tree/link"), "a/deep.txt");
        Directory.CreateDirectory(_folder.At("tree/empty"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_is_in_it_under_its_name()
    {
        await WriteAsync("one.tar", ("", _folder.At("tree")));
        Directory.CreateDirectory(_folder.At("out"));
        TarFile.ExtractToDirectory(_folder.At("one.tar"), _folder.At("out"), overwriteFiles: false);

        File.ReadAllText(_folder.At("out/b.txt")).ShouldBe("bee");
        File.ReadAllText(_folder.At("out/a/deep.txt")).Length.ShouldBe(70_000);
        (File.GetUnixFileMode(_folder.At("out/run.sh")) & UnixFileMode.UserExecute).ShouldBe(UnixFileMode.UserExecute);
        new FileInfo(_folder.At("out/link")).LinkTarget.ShouldBe("a/deep.txt");
        Directory.Exists(_folder.At("out/empty")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_same_content_gives_the_same_archive_whatever_its_times()
    {
        var first = await WriteAsync("one.tar", ("node_modules", _folder.At("tree")));
        File.SetLastWriteTimeUtc(_folder.At("tree/b.txt"), new DateTime(2001, 2, 3));
        File.Move(_folder.At("tree/b.txt"), _folder.At("tree/tmp"));
        File.Move(_folder.At("tree/tmp"), _folder.At("tree/b.txt"));

        (await WriteAsync("two.tar", ("node_modules", _folder.At("tree")))).ShouldBe(first);
    }

    /// <summary>Another process, another computer, another day: the same digest, so what differs is told from what was only built elsewhere.</summary>
    [Fact]
    public async Task The_digest_of_a_tree_is_known_beforehand()
    {
        _folder.Write($"tree/{new string('d', 120)}/größer.txt", "long");

        (await WriteAsync("one.tar", ("node_modules", _folder.At("tree")))).Content.ShouldBe("561194bb501c905594703de12ed3108cbc021335b34cb4bdfc3b854468175ea7");
    }

    [Fact]
    public async Task Its_digest_is_that_of_its_file()
    {
        var digest = await WriteAsync("one.tar", ("", _folder.At("tree")));
        var bytes = await File.ReadAllBytesAsync(_folder.At("one.tar"));

        (digest.File, digest.Length).ShouldBe((Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length));
        digest.Content.ShouldBe(digest.File, "this compressor only copies");
    }

    [Fact]
    public async Task A_compressor_that_fails_leaves_nothing()
    {
        var broken = new Tool("zstd", "1", "/bin/sh", "PATH") { Leading = ["-c", "head -c 10 > \"$6\"; exit 1", "broken"] };

        await Should.ThrowAsync<OperationException>(() =>
            TarArchive.WriteAsync([("", _folder.At("tree"))], _folder.At("x.tar"), broken, CancellationToken.None));

        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    /// <summary>More than what waits between the tar and a compressor that does not read.</summary>
    [Fact]
    public async Task A_compressor_that_fails_in_the_middle_is_told_and_waited_for_by_nobody()
    {
        var big = Directory.CreateTempSubdirectory("ow-big-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(big.FullName, "file"), new byte[40 << 20]);
            var full = new Tool("zstd", "1", "/bin/sh", "PATH") { Leading = ["-c", "head -c 100000 > /dev/null; echo 'No space left on device' >&2; exit 1", "full"] };

            var error = await Should.ThrowAsync<OperationException>(() =>
                TarArchive.WriteAsync([("", big.FullName)], _folder.At("x.tar"), full, CancellationToken.None));

            error.Seen.ShouldNotBeNull().ShouldContain("No space left on device");
        }
        finally
        {
            big.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_layer_holds_no_notes_of_its_installation_and_nothing_that_no_program_reads()
    {
        var modules = Directory.CreateTempSubdirectory("ow-layer-");
        try
        {
            string[] files = [".modules.yaml", ".pnpm-workspace-state-v1.json", "one/index.js", "one/index.d.ts", "one/index.js.map", "one/.modules.yaml"];
            foreach (var file in files)
            {
                var path = Path.Combine(modules.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, "");
            }

            ArtifactBuilder.Trim(modules.FullName);

            modules.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(modules.FullName, file.FullName)).ShouldBe(["one/index.js", "one/.modules.yaml"], ignoreOrder: true);
        }
        finally
        {
            modules.Delete(recursive: true);
        }
    }

    private Task<ArchiveDigest> WriteAsync(string name, params (string, string)[] roots) =>
        TarArchive.WriteAsync(roots, _folder.At(name), Copy, CancellationToken.None);
}
