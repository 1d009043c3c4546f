using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>A folder of this computer in the control host's place: lease, fence and journal run for real, through a shell.</summary>
internal sealed class ControlHere(string folder) : IHost
{
    public string Name => "lb";

    public async Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new MemoryStream();
        var result = await StreamAsync(command, (stream, token) => stream.CopyToAsync(output, token), cancellationToken, input);
        return result with { Output = System.Text.Encoding.UTF8.GetString(output.ToArray()) };
    }

    public async Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null)
    {
        Directory.CreateDirectory(folder);
        var local = new LocalCommand("setsid", "bash", "-c", command.ToString().Replace(ControlFolder.Default.Path, folder)) { WorkingDirectory = folder };
        var result = await LocalProcess.PipeAsync(local, input, read, null, cancellationToken);
        return new HostResult(Name, command, result.ExitCode, "", result.Error, result.Duration);
    }

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
