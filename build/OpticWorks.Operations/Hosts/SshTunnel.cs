using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Hosts;

/// <summary>A loopback port of this computer that leads to a port on a host, as long as the tunnel lives.</summary>
public sealed class SshTunnel : IAsyncDisposable
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ProcessResult> _running;

    private SshTunnel(int port, LocalCommand command)
    {
        Port = port;
        _running = RunAsync(command, _stop.Token);
    }

    /// <summary>The port on 127.0.0.1 here.</summary>
    public int Port { get; }

    /// <summary>Opens the tunnel; it carries connections when this returns.</summary>
    /// <param name="port">The port on the host's own loopback.</param>
    /// <exception cref="HostException">The host cannot be spoken to.</exception>
    public static async Task<SshTunnel> OpenAsync(HostSettings host, string user, int port, SshOptions options, CancellationToken cancellationToken)
    {
        var here = LoopbackPort.Free();
        var tunnel = new SshTunnel(here, options.Client.Command(
            ["-T", "-o", "ControlPath=none", "-o", "ExitOnForwardFailure=yes", "-L", $"127.0.0.1:{here}:127.0.0.1:{port}", .. options.Words(user, host.Port), "--", host.Address, "cat"]) with
        { Apart = true });
        try
        {
            await tunnel.WaitAsync(host, user, options, cancellationToken).ConfigureAwait(false);
            return tunnel;
        }
        catch
        {
            await tunnel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        _stop.Dispose();
    }

    // However this program ends, the end of its pipe ends cat, and that the tunnel.
    private static async Task<ProcessResult> RunAsync(LocalCommand command, CancellationToken cancellationToken)
    {
        var open = new Pipe();
        return await LocalProcess.PipeAsync(command, open.Reader.AsStream(), (output, token) => output.CopyToAsync(Stream.Null, token), null, cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(HostSettings host, string user, SshOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < OpenLimit && !_running.IsCompleted)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
            }
        }

        var destination = $"{user}@{host.Address}:{host.Port} ({host.Name})";
        if (!_running.IsCompleted)
            throw new HostException(HostFailure.Unreachable, host.Name, $"The tunnel to {destination} did not open within {OpenLimit.TotalSeconds:0} s");
        var error = (await _running.ConfigureAwait(false)).Error;
        var failure = SshFailures.Read(error) ?? HostFailure.Unreachable;
        throw new HostException(failure, host.Name, SshFailures.Explain(failure, destination, options.KnownHosts, error));
    }
}
