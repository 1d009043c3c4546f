using System.Net;
using System.Net.Sockets;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class StorefrontPreviewTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_named_before_anything_is_made()
    {
        using var folder = new OpticWorks.Operations.Tests.TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var absent = new Tool("absent", "0", "/nonexistent", "PATH");

        var error = await Should.ThrowAsync<OperationException>(() => StorefrontPreview.StartAsync(
            absent, absent, folder.At("bundle.tar.zst"), folder.At("preview"), port, null, new Dictionary<string, string>(), new Recorder(), CancellationToken.None));

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Message.ShouldContain($"Port {port} on this computer is taken");
        error.Next.ShouldNotBeNull();
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }
}
