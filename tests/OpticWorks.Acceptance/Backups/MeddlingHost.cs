using OpticWorks.Operations.Hosts;

namespace OpticWorks.Acceptance.Backups;

/// <summary>A host on which something else happens around each command.</summary>
internal sealed class MeddlingHost(IHost host) : IHost
{
    /// <summary>Runs after a command whose text holds "pg_restore --exit-on-error", that is after a restore.</summary>
    public Func<Task>? AfterRestore { get; set; }

    /// <summary>Runs when pg_dump has sent its first bytes.</summary>
    public Func<Task>? DuringDump { get; set; }

    /// <summary>Changes what pg_dump's reader gets.</summary>
    public Func<Stream, Stream>? Dump { get; set; }

    public string Name => host.Name;

    public async Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var result = await host.RunAsync(command, input, onLine, cancellationToken);
        if (AfterRestore is not null && $"{command}".Contains("pg_restore --exit-on-error", StringComparison.Ordinal))
            await AfterRestore();
        return result;
    }

    public Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        host.StreamAsync(command, async (stream, token) =>
        {
            if (DuringDump is not null)
                await DuringDump();
            await read(Dump?.Invoke(stream) ?? stream, token);
        }, cancellationToken, input);

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
        host.UploadAsync(content, path, mode, cancellationToken);
}
