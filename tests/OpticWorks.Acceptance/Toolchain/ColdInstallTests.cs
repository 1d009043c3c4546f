using System.Diagnostics;
using System.Net;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Toolchain;

/// <summary>Real installations into empty cache folders, and what disturbs them.</summary>
public sealed class ColdInstallTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Two_at_once_install_once_and_leave_the_operating_system_as_it_is()
    {
        var before = OperatingSystemState();
        var cache = _workspace.At("cache");
        var tools = await Task.WhenAll(
            Task.Run(() => _workspace.Empty(cache).GetAsync(PinnedProgram.Zstd, default)),
            Task.Run(() => _workspace.Empty(cache).GetAsync(PinnedProgram.Zstd, default)));
        tools[0].Path.ShouldBe(tools[1].Path);
        tools[0].Path.ShouldStartWith(cache);
        _workspace.Said.Count(line => line.StartsWith("installing zstd", StringComparison.Ordinal)).ShouldBe(1);
        Directory.GetFileSystemEntries(Path.Combine(cache, "tmp")).ShouldBeEmpty();

        // Not one of its libraries comes from the machine: the same folder serves on a machine of another suite.
        var libraries = await _workspace.RunAsync(new LocalCommand("ldd", tools[0].Path));
        libraries.Split('\n').Where(line => line.Contains("=> /", StringComparison.Ordinal)).ShouldNotBeEmpty();
        libraries.Split('\n').Where(line => line.Contains("=> /", StringComparison.Ordinal)).ShouldAllBe(line => line.Contains(cache));
        OperatingSystemState().ShouldBe(before);
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_installs_stops_nobody()
    {
        var cache = _workspace.At("cache");
        var id = Pins.Of(PinnedProgram.Pnpm).Recipe.Id;
        var lockFile = Path.Combine(Directory.CreateDirectory(Path.Combine(cache, "locks")).FullName, id);
        Directory.CreateDirectory(Path.Combine(cache, "tmp", id + "~dead"));
        using var holder = Process.Start(new ProcessStartInfo("flock", [lockFile, "sh", "-c", "echo held; exec sleep 600"]) { RedirectStandardOutput = true })!;
        (await holder.StandardOutput.ReadLineAsync()).ShouldBe("held");

        // The digest is refused after the lock was taken and the left-over removed: no need to wait for a whole installation.
        using var tampering = new Tampering();
        var toolbox = new Toolbox(cache, _workspace) { Search = new ProgramSearch([]), Transport = tampering };
        var waiting = toolbox.GetAsync(PinnedProgram.Pnpm, default);
        (await Task.WhenAny(waiting, Task.Delay(300))).ShouldNotBe(waiting, "another process holds the lock");
        holder.Kill(entireProcessTree: true);
        var error = await Should.ThrowAsync<OperationException>(() => waiting);
        error.Message.ShouldBe("pnpm could not be installed: the download is not the pinned file");
        Directory.GetFileSystemEntries(Path.Combine(cache, "tmp")).ShouldBeEmpty();
        Directory.Exists(Path.Combine(cache, "programs")).ShouldBeFalse();
    }

    [RootFact]
    public async Task A_small_or_read_only_disk_is_one_clear_error()
    {
        var disk = Directory.CreateDirectory(_workspace.At("disk")).FullName;
        await _workspace.RunAsync(new LocalCommand("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk));
        try
        {
            var small = await Should.ThrowAsync<OperationException>(() => _workspace.Empty(disk).GetAsync(PinnedProgram.Zstd, default));
            small.ExitCode.ShouldBe(ExitCodes.Configuration);
            small.Message.ShouldContain("zstd needs 180 MiB");
            small.Where.ShouldBe(disk);

            await _workspace.RunAsync(new LocalCommand("mount", "-o", "remount,ro", disk));
            var fixedDisk = await Should.ThrowAsync<OperationException>(() => _workspace.Empty(disk).GetAsync(PinnedProgram.Zstd, default));
            fixedDisk.Message.ShouldContain("zstd could not be installed: the cache folder is read-only");
            fixedDisk.Next.ShouldNotBeNull().ShouldContain("OPTICWORKS_CACHE");
        }
        finally
        {
            await _workspace.RunAsync(new LocalCommand("umount", disk));
        }
    }

    /// <summary>What apt and dpkg would have changed.</summary>
    private static string OperatingSystemState() => string.Join('\n',
        new[] { "/var/lib/dpkg/status", "/etc/apt/sources.list", "/etc/apt/sources.list.d", "/var/lib/dpkg/info" }
            .Select(path => $"{path} {(Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : File.GetLastWriteTimeUtc(path)):O}"));

    /// <summary>The real registry, behind a proxy that changes one byte of each archive.</summary>
    private sealed class Tampering() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK || !request.RequestUri!.AbsolutePath.EndsWith(".tgz", StringComparison.Ordinal))
                return answer;
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            bytes[bytes.Length / 2] ^= 1;
            answer.Content = new ByteArrayContent(bytes);
            return answer;
        }
    }
}
