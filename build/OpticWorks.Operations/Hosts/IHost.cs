namespace OpticWorks.Operations.Hosts;

/// <summary>A machine that commands run on. The seam that fault-injecting decorators of the tests use.</summary>
public interface IHost
{
    /// <summary>The name that people know it by.</summary>
    string Name { get; }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="input">Streamed to its standard input; null: empty.</param>
    /// <param name="onLine">Called for each line of output and error output as it arrives.</param>
    /// <exception cref="HostException">The command could not be run at all: unreachable, refused key, changed host key, dropped.</exception>
    Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a command and hands its standard output to <paramref name="read"/> as it arrives.</summary>
    /// <param name="input">Streamed to its standard input; null: empty.</param>
    Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null);

    /// <summary>Writes a file: to a temporary name in the same folder, then renamed over <paramref name="path"/>.</summary>
    /// <param name="mode">Permissions, octal digits, for example "0644".</param>
    Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default);
}

/// <summary>How a command on a host ended.</summary>
public sealed record HostResult(string Host, ShellCommand Command, int ExitCode, string Output, string Error, TimeSpan Duration)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Itself, or an error that names the host and shows the end of its output.</summary>
    public HostResult OrFail(string what, int exitCode = ExitCodes.Engine, string? next = null)
    {
        if (Succeeded)
            return this;
        var text = string.IsNullOrWhiteSpace(Error) ? Output : Error;
        throw new OperationException(what, exitCode)
        {
            Where = Host,
            Seen = $"exit {ExitCode}: {string.Join('\n', text.TrimEnd().Split('\n').TakeLast(12))}",
            Next = next,
        };
    }
}
