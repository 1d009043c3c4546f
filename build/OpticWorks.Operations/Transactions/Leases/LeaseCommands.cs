using System.Text.Json;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>
/// The lease's compare-and-swaps, one command each, judged by the control host's clock under one lock. All answer with three lines: the clock, the
/// lease, the freeze. The numbers of lease.json stand at its start, so that the scripts find them without parsing JSON:
/// <c>{"token":118,"acquired":MS,"renewed":MS,"expires":MS,"holder":{…}}</c>; freeze.json is
/// <c>{"since":MS,"until":MS or 0,"by":"…","reason":"…"}</c>. MS are milliseconds since 1970.
/// </summary>
internal static class LeaseCommands
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private const string Load = """
        load() {
          cd -- "$1"; lock lease.lock "$2"; clock
          lease=; token=0; expires=0; freeze=; until=-1
          if [ -e lease.json ]; then
            IFS= read -r lease < lease.json || true
            [[ $lease =~ ^\{\"token\":([0-9]+),\"acquired\":([0-9]+),\"renewed\":[0-9]+,\"expires\":([0-9]+),\"holder\":(\{.*\})\}$ ]] ||
              { echo "opticworks: $1/lease.json is unreadable" >&2; exit 94; }
            token=${BASH_REMATCH[1]} acquired=${BASH_REMATCH[2]} expires=${BASH_REMATCH[3]} holder=${BASH_REMATCH[4]}
          fi
          if [ -e freeze.json ]; then
            IFS= read -r freeze < freeze.json || true
            [[ $freeze =~ ^\{\"since\":[0-9]+,\"until\":([0-9]+),.*\}$ ]] || { echo "opticworks: $1/freeze.json is unreadable" >&2; exit 94; }
            until=${BASH_REMATCH[1]}
          fi
        }
        """;

    private const string Tell = """tell() { printf '%s\n' "$now" "$lease" "$freeze"; exit "$1"; }""";

    private static readonly string[] Functions = [HostScript.Lock, HostScript.Put, HostScript.Clock, Load, Tell];

    public static ShellCommand Read(ControlFolder folder) => Of(folder, "tell 0");

    /// <summary>Takes it when it is free or expired, or when it still has the token <paramref name="supersede"/> (0: never).</summary>
    /// <remarks>The token is written first and is greater than everything that is known here: a lost file cannot make it go back.</remarks>
    public static ShellCommand Take(ControlFolder folder, LeaseHolder holder, TimeSpan lifetime, long supersede, bool evenIfFrozen) => Of(folder,
        """
        if [ -n "$lease" ] && [ "$now" -lt "$expires" ] && [ "$token" != "$5" ]; then tell 93; fi
        if [ "$6" = 0 ] && { [ "$until" = 0 ] || [ "$now" -lt "$until" ]; }; then tell 93; fi
        for file in token fence; do
          seen=0; if [ -e "$file" ]; then read -r seen < "$file" || true; fi
          [[ $seen =~ ^[0-9]+$ ]] || { echo "opticworks: $1/$file is unreadable" >&2; exit 94; }
          if [ "$seen" -gt "$token" ]; then token=$seen; fi
        done
        token=$((token + 1))
        put token "$token"
        lease="{\"token\":$token,\"acquired\":$now,\"renewed\":$now,\"expires\":$((now + $3)),\"holder\":$4}"
        put lease.json "$lease"
        tell 0
        """,
        HostScript.Milliseconds(lifetime), JsonSerializer.Serialize(holder, Json), HostScript.Number(supersede), evenIfFrozen ? "1" : "0");

    /// <summary>Renews the lease that has this token, also a moment too late, as long as nobody has taken it.</summary>
    public static ShellCommand Renew(ControlFolder folder, long token, TimeSpan lifetime) => Of(folder,
        """
        if [ "$token" != "$3" ]; then tell 93; fi
        lease="{\"token\":$token,\"acquired\":$acquired,\"renewed\":$now,\"expires\":$((now + $4)),\"holder\":$holder}"
        put lease.json "$lease"
        tell 0
        """, HostScript.Number(token), HostScript.Milliseconds(lifetime));

    /// <summary>Removes the lease that has this token; without <paramref name="force"/> only an expired one.</summary>
    public static ShellCommand Remove(ControlFolder folder, long token, bool force) => Of(folder,
        """
        if [ "$token" != "$3" ] || { [ "$4" = 0 ] && [ "$now" -lt "$expires" ]; }; then tell 93; fi
        rm -f -- lease.json; sync -- .
        lease=; tell 0
        """, HostScript.Number(token), force ? "1" : "0");

    /// <summary>Freezes in the place of a freeze that is there; an end that has passed changes nothing.</summary>
    /// <param name="until">Null: until it is thawed.</param>
    public static ShellCommand Freeze(ControlFolder folder, DateTimeOffset? until, string by, string reason) => Of(folder,
        """
        if [ "$3" != 0 ] && [ "$now" -ge "$3" ]; then tell 93; fi
        freeze="{\"since\":$now,\"until\":$3,\"by\":$4,\"reason\":$5}"
        put freeze.json "$freeze"
        tell 0
        """, HostScript.Number(until?.ToUnixTimeMilliseconds() ?? 0), JsonSerializer.Serialize(by, Json), JsonSerializer.Serialize(reason, Json));

    public static ShellCommand Thaw(ControlFolder folder) => Of(folder,
        """
        if [ -z "$freeze" ]; then tell 93; fi
        rm -f -- freeze.json; sync -- .
        freeze=; tell 0
        """);

    private static ShellCommand Of(ControlFolder folder, string script, params IReadOnlyList<string> values) =>
        HostScript.Of(Functions, "load \"$1\" \"$2\"\n" + script, [folder.Path, HostScript.Seconds(HostScript.LockLimit), .. values]);
}
