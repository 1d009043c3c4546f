using System.Text;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Database;

/// <summary>This computer in a backend host's place: every command runs for real, through a shell, with this program in Node's place.</summary>
internal sealed class ThisHost(string folder, string node) : IHost
{
    public string Name => "api-1";

    public async Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        var result = await LocalProcess.PipeAsync(Local(command), input, ReadAsync, onLine, cancellationToken);
        return new HostResult(Name, command, result.ExitCode, output.ToString(), result.Error, result.Duration);

        async Task ReadAsync(Stream stream, CancellationToken _)
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
            {
                output.Append(line).Append('\n');
                onLine?.Invoke(line);
            }
        }
    }

    public async Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null)
    {
        var result = await LocalProcess.PipeAsync(Local(command), input, read, null, cancellationToken);
        return new HostResult(Name, command, result.ExitCode, "", result.Error, result.Duration);
    }

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>In a session of its own, as sshd gives every command; it does not yield to others, because nobody is served here.</summary>
    private LocalCommand Local(ShellCommand command) =>
        new("setsid", "bash", "-c", command.ToString().Replace(HostLayout.Node, node).Replace(ReleaseCommands.Yield, "true")) { WorkingDirectory = folder };
}
