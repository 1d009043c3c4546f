using System.Text;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Database;

/// <summary>This computer as the database's host: commands run for real, through a shell that finds the toolchain's programs.</summary>
internal sealed class LocalHost(string programs) : IHost
{
    public string Name => "db";

    public async Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new MemoryStream();
        var result = await StreamAsync(command, (stream, token) => stream.CopyToAsync(output, token), cancellationToken, input);
        return result with { Output = Encoding.UTF8.GetString(output.ToArray()) };
    }

    public async Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null)
    {
        var local = new LocalCommand("/bin/sh", "-c", command.ToString())
        {
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        var result = await LocalProcess.PipeAsync(local, input, read, null, cancellationToken);
        return new HostResult(Name, command, result.ExitCode, "", result.Error, result.Duration);
    }

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
