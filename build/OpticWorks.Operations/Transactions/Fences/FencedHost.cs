using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Fences;

/// <summary>
/// A host whose every command runs behind its fence, for what changes something there. Commands that only look use the host itself, and
/// go on after the lease is lost.
/// </summary>
/// <param name="token">The lease's fencing token.</param>
public sealed class FencedHost(IHost inner, long token, FenceTerms? terms = null, ControlFolder? folder = null) : IHost
{
    private readonly FenceTerms _terms = terms ?? FenceTerms.Default;
    private readonly ControlFolder _folder = folder ?? ControlFolder.Default;

    public string Name => inner.Name;

    public long Token => token;

    /// <exception cref="FencedOffException">A newer holder has been on the host; nothing was run.</exception>
    /// <inheritdoc/>
    public async Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
        Check(await inner.RunAsync(Fenced(command), input, onLine, cancellationToken).ConfigureAwait(false), command);

    /// <exception cref="FencedOffException">A newer holder has been on the host; nothing was run.</exception>
    /// <inheritdoc/>
    public async Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        Check(await inner.StreamAsync(Fenced(command), read, cancellationToken, input).ConfigureAwait(false), command);

    /// <exception cref="FencedOffException">A newer holder has been on the host; nothing was written.</exception>
    /// <inheritdoc/>
    public async Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
        (await RunAsync(SshHost.UploadCommand(path, mode), content, null, cancellationToken).ConfigureAwait(false)).OrFail($"{path} could not be written");

    /// <summary>Raises the host's fence and returns when no command of an earlier holder runs there any more.</summary>
    /// <exception cref="FencedOffException">A newer holder has been on the host.</exception>
    public async Task RaiseAsync(CancellationToken cancellationToken) =>
        (await RunAsync(ShellCommand.Of("true"), null, null, cancellationToken).ConfigureAwait(false)).OrFail($"The fence of {Name} could not be raised");

    private ShellCommand Fenced(ShellCommand command) => FenceCommands.Fenced(token, command, _terms, _folder);

    private HostResult Check(HostResult result, ShellCommand command)
    {
        if (result.ExitCode is HostScript.FencedOff or HostScript.Busy or HostScript.Unreadable
            && result.Error.Split('\n').FirstOrDefault(line => line.StartsWith(FenceCommands.Mark, StringComparison.Ordinal)) is { } line)
        {
            throw Refusal(line[FenceCommands.Mark.Length..].Split(' '));
        }

        return result with { Command = command };
    }

    private OperationException Refusal(string[] words)
    {
        var (folder, seen) = (_folder.Path, words[^1]);
        return words[0] switch
        {
            "refused" => new FencedOffException(Name, token, seen),
            "older" => Failure($"A command of an earlier holder (token {seen}) does not end on {Name}", $"fence.d/{seen}", $"fuser -v {folder}/fence.d/{seen} on {Name}"),
            "unreadable" => Failure($"The fence of {Name} is unreadable", "fence", null),
            _ => Failure($"The fence of {Name} was busy for {HostScript.LockLimit.TotalSeconds:0} s", "fence.lock", null),
        };

        OperationException Failure(string what, string file, string? next) =>
            new(what, ExitCodes.FailedAndNotUndone) { Where = $"{Name}:{folder}/{file}", Next = next };
    }
}
