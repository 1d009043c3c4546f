using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Traffic;

/// <summary>HAProxy's admin socket, spoken to on the balancer's host.</summary>
public sealed class Balancer(IHost host, string backend, string socket)
{
    /// <summary>HAProxy's name of an instance.</summary>
    public static string ServerName(string hostName, int port) => string.Create(CultureInfo.InvariantCulture, $"{hostName}-{port}");

    /// <summary>No new requests; those under way go on.</summary>
    public Task DrainAsync(string server, CancellationToken cancellationToken) =>
        TellAsync($"set server {backend}/{server} state drain", cancellationToken);

    /// <summary>Traffic again, and at once: the instance was proved healthy, so HAProxy need not wait for its checks.</summary>
    public async Task ReadyAsync(string server, CancellationToken cancellationToken)
    {
        await TellAsync($"set server {backend}/{server} state ready", cancellationToken).ConfigureAwait(false);
        await TellAsync($"set server {backend}/{server} health up", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What HAProxy says of every server of the backend.</summary>
    public async Task<IReadOnlyList<ServerState>> ServersAsync(CancellationToken cancellationToken) =>
        ServerState.Read(await AskAsync($"show stat {backend} 4 -1", cancellationToken).ConfigureAwait(false), backend);

    /// <summary>The command as it reaches the host.</summary>
    internal static ShellCommand Command(string socket, string line) =>
        ShellCommand.Script("""printf '%s\n' "$2" | socat -t 5 "UNIX-CONNECT:$1" -""", socket, line);

    private async Task TellAsync(string line, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(line, cancellationToken).ConfigureAwait(false);
        if (answer.Trim().Length > 0)
            throw new OperationException($"HAProxy refused \"{line}\"", ExitCodes.Engine) { Where = host.Name, Seen = answer.Trim() };
    }

    private async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        var result = await host.RunAsync(Command(socket, line), null, null, cancellationToken).ConfigureAwait(false);
        return result.OrFail($"HAProxy's admin socket {socket} does not answer", next: "./build.sh Provision").Output;
    }
}
