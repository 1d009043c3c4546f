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
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        RunAsync(command, input, read, null, new StringBuilder(), cancellationToken);

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

    /// <summary>
    /// Ends the shared connection once no command uses it: another run of the same user may. One that cannot be ended ends by itself, and is in the way of
    /// nothing that is still to be told.
    /// </summary>
    public async Task CloseAsync()
    {
        var stop = options.Client.Command(["-O", "stop", .. options.Words(user, port), "--", address]);
        try
        {
            await LocalProcess.RunAsync(stop with { Limit = TimeSpan.FromSeconds(5) }).ConfigureAwait(false);
        }
        catch (OperationException)
        {
            // Its client hangs or could not be started: ControlPersist ends the connection.
        }
    }

    private async Task<HostResult> RunAsync(
        ShellCommand command,
        Stream? input,
        Func<Stream, CancellationToken, Task> read,
        Action<string>? onErrorLine,
        StringBuilder output,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var leader = new TaskCompletionSource<RemoteGroup>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = new CancellationTokenSource();
        var own255 = false;
        var running = LocalProcess.PipeAsync(Client(RemoteGroup.Announced(command)), input, read, OnErrorLine, end.Token);
        try
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !running.IsCompleted)
        {
            await EndAsync(leader.Task, running).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await running.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }

        var result = await running.ConfigureAwait(false);
        var error = RemoteGroup.Strip(result.Error);
        if (result.ExitCode == 255 && !own255)
        {
            var failure = leader.Task.IsCompleted ? HostFailure.Dropped : SshFailures.Read(error) ?? HostFailure.Unreachable;
            throw new HostException(failure, Name, SshFailures.Explain(failure, $"{user}@{address}:{port} ({Name})", options.KnownHosts, error));
        }

        return new HostResult(Name, command, result.ExitCode, output.ToString(), error, result.Duration);

        void OnErrorLine(string line)
        {
            if (!leader.Task.IsCompleted && RemoteGroup.Read(line) is { } group)
                leader.SetResult(group);
            else if (line == RemoteGroup.Own255)
                own255 = true;
            else
                onErrorLine?.Invoke(line);
        }
    }

    /// <summary>
    /// Ends the command on the host, then waits for the client to see it. The client is not killed first: the host would never hear of
    /// it, and the first client of a host carries the connection that the others share.
    /// </summary>
    private async Task EndAsync(Task<RemoteGroup> leader, Task running)
    {
        await Task.WhenAny(leader, running, Task.Delay(options.ConnectLimit)).ConfigureAwait(false);
        if (!leader.IsCompletedSuccessfully || running.IsCompleted)
            return; // It never began, or is over.
        var group = await leader.ConfigureAwait(false);
        try
        {
            await LocalProcess.RunAsync(Client(group.EndCommand(RemoteGroup.TerminateLimit).ToString()) with
            { Limit = options.ConnectLimit + RemoteGroup.TerminateLimit }).ConfigureAwait(false);
        }
        catch (OperationException)
        {
            return; // The host does not answer; whoever works on it next is protected by its fence.
        }

        await Task.WhenAny(running, Task.Delay(RemoteGroup.TerminateLimit)).ConfigureAwait(false);
    }

    private LocalCommand Client(string text) => options.Client.Command([.. options.Words(user, port), "--", address, text]) with { Apart = true };
}
