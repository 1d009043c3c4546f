using System.Globalization;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>A program with a tunnel to a host's sshd: <c>tunnel ADDRESS KNOWN_HOSTS IDENTITY SOCKETS</c>. Says "port N" and keeps it open.</summary>
internal static class TunnelChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var client = await TestTools.In(LocalPlace.Cache)(PinnedProgram.OpenSsh, CancellationToken.None);
        var host = new HostSettings { Name = "lb", Address = arguments[0], User = "root" };
        await using var tunnel = await SshTunnel.OpenAsync(host, "root", 22, new SshOptions(client, arguments[1], arguments[2], arguments[3]), CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"port {tunnel.Port}"));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
