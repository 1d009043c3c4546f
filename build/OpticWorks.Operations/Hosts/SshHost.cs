using System.Text;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Hosts;

/// <summary>A host reached by the OpenSSH client; commands share one connection.</summary>
public sealed class SshHost(string name, string address, int port, string user, SshOptions options) : IHost
{
    public string Name { get; } = name;

    /// <inheritdoc/>
    public async Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        return await RunAsync(command, input, ReadAsync, onLine, output, cancellationToken).ConfigureAwait(false);

        async Task ReadAsync(Stream stream, CancellationToken _)
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                output.Append(line).Append('\n');
                onLine?.Invoke(line);
            }
        }
    }

    /// <inheritdoc/>
    public Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default) =>
        RunAsync(command, null, read, null, new StringBuilder(), cancellationToken);

    /// <inheritdoc/>
    public async Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default)
    {
        var result = await RunAsync(UploadCommand(path, mode), content, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{path} could not be written");
    }

    /// <summary>Writes standard input beside the path, then renames; a broken upload leaves the old file.</summary>
    internal static ShellCommand UploadCommand(string path, string mode) => ShellCommand.Script(
        """umask 077; part="$1.part.$$"; trap 'rm -f -- "$part"' EXIT; cat > "$part"; chmod -- "$2" "$part"; mv -fT -- "$part" "$1" """.TrimEnd(),
        path, mode);

    /// <summary>Ends the shared connection.</summary>
    public Task CloseAsync() => LocalProcess.RunAsync(
        options.Client.Command(["-O", "exit", .. options.Words(user, port), "--", address]) with { Limit = TimeSpan.FromSeconds(5) });

    private async Task<HostResult> RunAsync(
        ShellCommand command,
        Stream? input,
        Func<Stream, CancellationToken, Task> read,
        Action<string>? onErrorLine,
        StringBuilder output,
        CancellationToken cancellationToken)
    {
        var local = options.Client.Command([.. options.Words(user, port), "--", address, command.ToString()]);
        var result = await LocalProcess.PipeAsync(local, input, read, onErrorLine, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 255 && SshFailures.Read(result.Error) is { } failure)
            throw new HostException(failure, Name, SshFailures.Explain(failure, $"{user}@{address}:{port} ({Name})", options.KnownHosts, result.Error));
        return new HostResult(Name, command, result.ExitCode, output.ToString(), result.Error, result.Duration);
    }
}
