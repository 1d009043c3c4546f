using System.Collections.Concurrent;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Hosts;

/// <summary>The hosts that one run speaks to; ends their shared connections when it is over.</summary>
public sealed class SshConnections : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Address, int Port, string User), SshHost> _hosts = new();

    public IHost Connect(HostSettings settings, string user, SshOptions options) =>
        _hosts.GetOrAdd((settings.Address, settings.Port, user),
            _ => new SshHost(settings.Name, settings.Address, settings.Port, user, options));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Values.Select(host => host.CloseAsync())).ConfigureAwait(false);
        _hosts.Clear();
    }
}
