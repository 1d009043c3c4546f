using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Traffic;

/// <summary>The commands that reach the balancer's host, as data.</summary>
internal static class BalancerCommands
{
    /// <summary>One line to the admin socket (HAProxy management guide 9.3); several commands have "; " between them.</summary>
    public static ShellCommand Ask(string socket, string line) =>
        ShellCommand.Script("""printf '%s\n' "$2" | socat -t 5 "UNIX-CONNECT:$1" -""", socket, line);

    /// <summary>Drains a server and prints how many of its requests are still under way in the end: 0, or more after the limit. Another answer is
    /// what HAProxy said. The wait is on the host, so that it costs one command however long it takes.</summary>
    public static ShellCommand Drain(string socket, string backend, string server, TimeSpan limit) => ShellCommand.Script(
        """
        ask() { printf '%s\n' "$2" | socat -t 5 "UNIX-CONNECT:$1" -; }
        answer=$(ask "$1" "set server $2/$3 state drain")
        [ -z "$answer" ] || { echo "$answer"; exit 0; }
        while :; do
          column= left=
          while IFS=, read -r -a cells; do
            if [ -z "$column" ]; then
              for i in "${!cells[@]}"; do if [ "${cells[i]}" = scur ]; then column=$i; fi; done
            elif [ "${cells[1]:-}" = "$3" ]; then left=${cells[column]}; fi
          done <<< "$(ask "$1" "show stat $2 4 -1")"
          [ -n "$left" ] || { echo "no server $3"; exit 0; }
          if [ "$left" -eq 0 ] || [ "$SECONDS" -ge "$4" ]; then echo "$left"; exit 0; fi
          sleep 0.05
        done
        """,
        socket, backend, server, ((int)Math.Ceiling(limit.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture));
}
