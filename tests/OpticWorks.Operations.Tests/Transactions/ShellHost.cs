using System.Text;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>A "host" that is a folder of this computer: every command runs for real, through a shell.</summary>
internal sealed class ShellHost(string name = "lb") : IHost, IDisposable
{
    // Many hosts are only named.
    private readonly Lazy<TemporaryFolder> _folder = new();

    public string Name => name;

    /// <summary>The same text for every host: commands run in its own folder.</summary>
    public ControlFolder Folder { get; } = new(".");

    /// <summary>While set, no command reaches the host.</summary>
    public volatile bool Unreachable;

    public string At(string relative) => _folder.Value.At(relative);

    public async Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new MemoryStream();
        var result = await PipeAsync(command, input, (stream, token) => stream.CopyToAsync(output, token), cancellationToken);
        return result with { Output = Encoding.UTF8.GetString(output.ToArray()) };
    }

    public Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        PipeAsync(command, input, read, cancellationToken);

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
        RunAsync(SshHost.UploadCommand(path, mode), content, null, cancellationToken);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Dispose();
    }

    private async Task<HostResult> PipeAsync(ShellCommand command, Stream? input, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        if (Unreachable)
            throw new HostException(HostFailure.Unreachable, name, "unreachable");
        var result = await LocalProcess.PipeAsync(new LocalCommand("sh", "-c", command.ToString()) { WorkingDirectory = _folder.Value.Path }, input, read, null, cancellationToken);
        return new HostResult(name, command, result.ExitCode, "", result.Error, result.Duration);
    }
}
