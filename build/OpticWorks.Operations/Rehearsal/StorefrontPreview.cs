using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>A storefront bundle of an artifact, run by the real wrangler in the real workerd on this computer.</summary>
public sealed class StorefrontPreview : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ProcessResult> _running;
    private readonly string _directory;

    private StorefrontPreview(Uri url, string directory, Func<CancellationToken, Task<ProcessResult>> run)
    {
        Url = url;
        _directory = directory;
        _running = run(_stop.Token);
    }

    public Uri Url { get; }

    /// <summary>Unpacks the bundle into a folder of its own and serves it on a loopback port.</summary>
    /// <param name="variables">The Worker's variables, public ones only.</param>
    /// <exception cref="OperationException">It did not answer in time; shows wrangler's last words.</exception>
    public static async Task<StorefrontPreview> StartAsync(
        Tool wrangler, Tool zstd, string archive, string directory, int port, string? wranglerEnvironment,
        IReadOnlyDictionary<string, string> variables, INarrator narrator, CancellationToken cancellationToken)
    {
        if (!LoopbackPort.IsFree(port))
        {
            throw OperationException.Configuration($"Port {port} on this computer is taken, and the storefront's preview needs it",
                "end the program that listens on it, or run the command again", $"127.0.0.1:{port}");
        }

        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        await TarArchive.ExtractAsync(archive, directory, zstd, cancellationToken).ConfigureAwait(false);

        var inspector = LoopbackPort.Free();
        List<string> arguments =
        [
            "dev", "--local", "--ip", "127.0.0.1", "--port", $"{port}", "--inspector-port", $"{inspector}", "--show-interactive-dev-session=false",
        ];
        if (wranglerEnvironment is not null)
            arguments.AddRange(["--env", wranglerEnvironment]);
        foreach (var (name, value) in variables)
            arguments.AddRange(["--var", $"{name}:{value}"]);
        var command = wrangler.Command(arguments);
        command = command with
        {
            WorkingDirectory = directory,
            Environment = new Dictionary<string, string?>(command.Environment)
            {
                ["CI"] = "true",
                ["NO_COLOR"] = "1",
                ["WRANGLER_SEND_METRICS"] = "false",
            },
        };
        var preview = new StorefrontPreview(new Uri($"http://127.0.0.1:{port}/"), directory,
            token => LocalProcess.RunAsync(command, line => narrator.Detail("workerd", line), token));
        try
        {
            await preview.WaitAsync(cancellationToken).ConfigureAwait(false);
            return preview;
        }
        catch
        {
            await preview.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends wrangler and workerd and removes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
        _stop.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_running.IsCompleted)
            {
                var ended = await _running.ConfigureAwait(false);
                throw new OperationException("The storefront did not start in workerd", ExitCodes.Engine) { Where = _directory, Seen = ended.Tail() };
            }

            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Url.Port, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            }
        }

        throw new OperationException($"The storefront did not listen within {StartLimit.TotalSeconds:0} s", ExitCodes.Engine) { Where = Url.ToString() };
    }
}
