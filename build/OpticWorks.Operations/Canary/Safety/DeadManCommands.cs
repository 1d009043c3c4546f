using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Canary.Safety;

/// <summary>
/// The files of a running canary on the control host, in FOLDER/canary; each is changed under FOLDER/canary/lock. "armed" is five lines: the
/// operation, the token, the limit in seconds, the number of renewals, and what HAProxy is told when they stop. "fired" is what was armed
/// when the dead-man acted. "order" is a person's word to the canary that runs.
/// </summary>
internal static class DeadManCommands
{
    /// <summary>Arms, or renews what the same operation has armed with the same token. Exit 93: it is not armed by us any more.</summary>
    public static ShellCommand Arm(ControlFolder folder, string operation, long token, TimeSpan limit, long renewals, string orders, bool renew) => HostScript.Of(
        [HostScript.Lock, HostScript.Put],
        """
        mkdir -p -- "$1/canary"; cd -- "$1/canary"; lock lock "$2"
        mapfile -t armed < <(cat -- armed 2>/dev/null || true)
        if [ "$8" = 1 ] && { [ "${armed[0]:-}" != "$3" ] || [ "${armed[1]:-}" != "$4" ]; }; then exit 93; fi
        put armed "$3"$'\n'"$4"$'\n'"$5"$'\n'"$6"$'\n'"$7"
        [ "$8" = 1 ] || rm -f -- fired
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), operation, HostScript.Number(token), HostScript.Seconds(limit), HostScript.Number(renewals), orders, renew ? "1" : "0");

    public static ShellCommand Disarm(ControlFolder folder, string operation) => HostScript.Of(
        [HostScript.Lock],
        """
        mkdir -p -- "$1/canary"; cd -- "$1/canary"; lock lock "$2"
        mapfile -t armed < <(cat -- armed 2>/dev/null || true)
        if [ "${armed[0]:-}" = "$3" ]; then rm -f -- armed order; sync -- .; fi
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), operation);

    /// <summary>Gives the canary that is armed an order. Prints its operation; exit 93: none is.</summary>
    public static ShellCommand Order(ControlFolder folder, string order, string by, string reason) => HostScript.Of(
        [HostScript.Lock, HostScript.Put],
        """
        cd -- "$1/canary" 2>/dev/null || exit 93
        lock lock "$2"
        mapfile -t armed < <(cat -- armed 2>/dev/null || true)
        [ -n "${armed[0]:-}" ] || exit 93
        put order "${armed[0]}"$'\n'"$3"$'\n'"$4"$'\n'"$5"
        echo "${armed[0]}"
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), order, OneLine(by), OneLine(reason));

    /// <summary>Takes the order that waits (three lines: what, who, why; nothing: none does), and then HAProxy's answer to a question.</summary>
    public static ShellCommand Look(ControlFolder folder, string operation, string socket, string question) => HostScript.Of(
        [HostScript.Lock],
        """
        answer=$(printf '%s\n' "$5" | socat -t 5 - "UNIX-CONNECT:$4")
        if [ -e "$1/canary/order" ]; then
          ( cd -- "$1/canary"; lock lock "$2"
            mapfile -t order < order; [ "${order[0]}" != "$3" ] || printf 'order %s\n' "${order[@]:1}"; rm -f -- order )
        fi
        [ -z "$answer" ] || printf '%s\n' "$answer"
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), operation, socket, question);

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
