using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Traffic;

/// <summary>HAProxy's admin socket, spoken to on the balancer's host. Whatever it is told is read back before it counts.</summary>
public sealed class Balancer(IHost host, string backend, string socket)
{
    /// <summary>HAProxy's name of an instance.</summary>
    public static string ServerName(string hostName, int port) => string.Create(CultureInfo.InvariantCulture, $"{hostName}-{port}");

    /// <summary>No new requests; those under way go on. Waits until they have ended.</summary>
    /// <param name="limit">The longest wait, in whole seconds.</param>
    /// <returns>Requests that were still under way when the limit was over; 0: it is idle.</returns>
    public async Task<int> DrainAsync(string server, TimeSpan limit, CancellationToken cancellationToken)
    {
        var result = await host.RunAsync(BalancerCommands.Drain(socket, backend, server, limit), null, null, cancellationToken).ConfigureAwait(false);
        var answer = result.OrFail($"{server} could not be drained", next: "./build.sh Provision").Output.Trim();
        return int.TryParse(answer, CultureInfo.InvariantCulture, out var left)
            ? left
            : throw new OperationException($"HAProxy did not drain {server}", ExitCodes.Engine) { Where = host.Name, Seen = answer };
    }

    /// <summary>Traffic again, and at once: the instance was proved healthy, so HAProxy need not wait for its checks.</summary>
    public async Task ReadyAsync(string server, CancellationToken cancellationToken)
    {
        var row = await SetAsync(server, $"set server {backend}/{server} state ready; set server {backend}/{server} health up", cancellationToken).ConfigureAwait(false);
        if (!row.IsUp)
            throw Refused($"{server} ready", row);
    }

    /// <summary>Traffic again as soon as the health checks find it well.</summary>
    public Task ReturnAsync(string server, CancellationToken cancellationToken) => SetAsync(server, $"set server {backend}/{server} state ready", cancellationToken);

    /// <summary>No traffic and no checks, until <see cref="ReadyAsync"/>.</summary>
    public async Task MaintainAsync(string server, CancellationToken cancellationToken)
    {
        var row = await SetAsync(server, $"set server {backend}/{server} state maint", cancellationToken).ConfigureAwait(false);
        if (!row.Status.StartsWith("MAINT", StringComparison.Ordinal))
            throw Refused($"{server} out of traffic", row);
    }

    /// <summary>Sets a server's weight exactly.</summary>
    /// <param name="weight">0 to 256; a server's share is its weight over the sum of all that take traffic.</param>
    /// <exception cref="OperationException">HAProxy has another weight afterwards.</exception>
    public async Task WeightAsync(string server, int weight, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)weight, 256u);
        var row = await SetAsync(server, string.Create(CultureInfo.InvariantCulture, $"set server {backend}/{server} weight {weight}"), cancellationToken).ConfigureAwait(false);
        if (row.UserWeight != weight)
            throw Refused($"{server} the weight {weight}", row);
    }

    /// <summary>What HAProxy says of every server of the backend.</summary>
    public async Task<IReadOnlyList<ServerState>> ServersAsync(CancellationToken cancellationToken) =>
        ServerState.Read(await AskAsync($"show stat {backend} 4 -1", cancellationToken).ConfigureAwait(false), backend);

    /// <summary>One server's row.</summary>
    /// <exception cref="OperationException">HAProxy does not know it.</exception>
    public async Task<ServerState> ServerAsync(string server, CancellationToken cancellationToken) =>
        Row(await ServersAsync(cancellationToken).ConfigureAwait(false), server);

    /// <summary>Tells HAProxy something and reads the server back, in one conversation.</summary>
    private async Task<ServerState> SetAsync(string server, string line, CancellationToken cancellationToken)
    {
        var answer = (await AskAsync($"{line}; show stat {backend} 4 -1", cancellationToken).ConfigureAwait(false)).TrimStart('\n');
        if (!answer.StartsWith('#'))
            throw new OperationException($"HAProxy refused \"{line}\"", ExitCodes.Engine) { Where = host.Name, Seen = answer.Split('\n')[0] };
        return Row(ServerState.Read(answer, backend), server);
    }

    private ServerState Row(IEnumerable<ServerState> rows, string server) => rows.FirstOrDefault(row => row.Name == server)
        ?? throw new OperationException($"HAProxy knows no server {server}", ExitCodes.Engine) { Where = host.Name, Next = "./build.sh Provision" };

    private OperationException Refused(string what, ServerState row) => new($"HAProxy did not make {what}", ExitCodes.Engine)
    { Where = host.Name, Seen = $"{row.Status}, weight {row.UserWeight}" };

    private async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        var result = await host.RunAsync(BalancerCommands.Ask(socket, line), null, null, cancellationToken).ConfigureAwait(false);
        return result.OrFail($"HAProxy's admin socket {socket} does not answer", next: "./build.sh Provision").Output;
    }
}
