using OpticWorks.Operations.Hosts;

namespace OpticWorks.Acceptance.Provisioning;

/// <summary>A host whose connection breaks when the given number of commands has been run.</summary>
internal sealed class DroppingHost(IHost host, int commands) : IHost
{
    private int _left = commands;

    public string Name => host.Name;

    public Task<HostResult> RunAsync(
        ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        Count();
        return host.RunAsync(command, input, onLine, cancellationToken);
    }

    public Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null)
    {
        Count();
        return host.StreamAsync(command, read, cancellationToken, input);
    }

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default)
    {
        Count();
        return host.UploadAsync(content, path, mode, cancellationToken);
    }

    private void Count()
    {
        if (_left-- <= 0)
            throw new HostException(HostFailure.Dropped, Name, $"The connection to {Name} broke");
    }
}
