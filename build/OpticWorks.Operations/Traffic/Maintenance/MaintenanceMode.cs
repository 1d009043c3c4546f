using System.Globalization;
using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Traffic.Maintenance;

/// <summary>Switches a maintenance on and off on the balancer's host. No lease: whoever needs it must not wait for a deployment.</summary>
public sealed class MaintenanceMode(IHost control, StoreEnvironment environment)
{
    /// <summary>What HAProxy itself says; null: there is none, or its time is over.</summary>
    public async Task<MaintenanceState?> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(Look(environment.Balancer.Socket), null, null, cancellationToken).ConfigureAwait(false);
        var answer = result.OrFail("HAProxy does not tell whether there is a maintenance", next: $"./build.sh Provision --environment {environment.Name}").Output;
        if (answer.Contains("Unknown map", StringComparison.OrdinalIgnoreCase))
            throw OperationException.Configuration("HAProxy does not know maintenances yet", $"./build.sh Provision --environment {environment.Name}", control.Name, answer.Trim());
        return MaintenanceState.Read(answer) is { } state && state.Until > now ? state : null;
    }

    /// <summary>From now on shoppers get 503 with the message, until the time is over.</summary>
    /// <exception cref="OperationException">HAProxy does not show it afterwards.</exception>
    public async Task OnAsync(MaintenanceState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await LookAsync(now, cancellationToken).ConfigureAwait(false); // One that knows no maintenances is told before anything is written.
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(state.Write()));
        var result = await control.RunAsync(Set(environment.Balancer.Socket, environment.Maintenance.Marker ?? "", state), input, null, cancellationToken).ConfigureAwait(false);
        result.OrFail("The maintenance could not be switched on", next: $"./build.sh Provision --environment {environment.Name}");
        if (await LookAsync(now, cancellationToken).ConfigureAwait(false) is not { } seen || seen.Until != state.Until)
            throw new OperationException("HAProxy did not take the maintenance", ExitCodes.Engine) { Where = control.Name, Seen = result.Output.Trim() };
    }

    /// <exception cref="OperationException">HAProxy still shows one afterwards.</exception>
    public async Task OffAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(Clear(environment.Balancer.Socket, environment.Maintenance.Marker ?? ""), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail("The maintenance could not be switched off", next: "run it again; it ends by itself at its time");
        if (await LookAsync(now, cancellationToken).ConfigureAwait(false) is not null)
            throw new OperationException("HAProxy still has the maintenance", ExitCodes.Engine) { Where = control.Name, Seen = result.Output.Trim() };
    }

    internal static ShellCommand Look(string socket) => ShellCommand.Script("""echo "show map $2" | socat -t 5 - "UNIX-CONNECT:$1" """.TrimEnd(), socket, MaintenanceUnit.Map);

    /// <summary>The map as the next start of HAProxy reads it (standard input), the running HAProxy, and the marker. The answer comes before the time: nobody
    /// is turned away without a word.</summary>
    internal static ShellCommand Set(string socket, string marker, MaintenanceState state) => HostScript.Of(
        [HostScript.Lock],
        """
        umask 027; mkdir -p -- "$1"; cd -- "$1"; lock lock "$2"
        cat > state.map.new; sync -- state.map.new; mv -fT -- state.map.new state.map; sync -- .
        echo "clear map $1/state.map; add map $1/state.map answer $5; add map $1/state.map until $6" | socat -t 5 - "UNIX-CONNECT:$3"
        [ -z "$4" ] || { umask 022; mkdir -p -- "$(dirname -- "$4")"; echo maintenance > "$4"; }
        """,
        MaintenanceUnit.Folder, HostScript.Seconds(HostScript.LockLimit), socket, marker, state.Encoded, state.Until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    internal static ShellCommand Clear(string socket, string marker) => HostScript.Of(
        [HostScript.Lock],
        """
        umask 027; mkdir -p -- "$1"; cd -- "$1"; lock lock "$2"
        : > state.map.new; mv -fT -- state.map.new state.map; sync -- .
        echo "clear map $1/state.map" | socat -t 5 - "UNIX-CONNECT:$3"
        [ -z "$4" ] || rm -f -- "$4"
        """,
        MaintenanceUnit.Folder, HostScript.Seconds(HostScript.LockLimit), socket, marker);
}
