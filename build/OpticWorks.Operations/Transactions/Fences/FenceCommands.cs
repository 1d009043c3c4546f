using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Fences;

/// <summary>
/// A command that runs only while no newer holder has been seen on its host. FOLDER/fence holds the highest token seen, a decimal
/// number and a newline.
/// </summary>
/// <remarks>
/// Two locks. FOLDER/fence.lock is held while the token is compared and raised. Then the command and all its children hold a shared lock on
/// FOLDER/fence.d/TOKEN, registered before the first lock is given back: commands of one holder run beside each other, and a newer
/// holder, who raised the fence first, knows by that lock when the last older command has ended. One that does not end (its client is
/// stopped, its input never comes) is ended after a limit; otherwise a paused holder could keep everybody out.
/// </remarks>
internal static class FenceCommands
{
    /// <summary>Begins each line that the fence itself writes to error output.</summary>
    public const string Mark = "opticworks-fence: ";

    private const string Script = """
        fence=$1/fence
        exec 8>> "$fence.lock"
        flock -w "$3" 8 || { echo "opticworks-fence: busy" >&2; exit 98; }
        seen=0; if [ -e "$fence" ]; then read -r seen < "$fence" || true; fi
        [[ $seen =~ ^[0-9]+$ ]] || { echo "opticworks-fence: unreadable" >&2; exit 94; }
        if [ "$2" -lt "$seen" ]; then echo "opticworks-fence: refused $seen" >&2; exit 97; fi
        [ -d "$fence.d" ] || mkdir -- "$fence.d"
        if [ "$2" -gt "$seen" ]; then
          printf '%s\n' "$2" > "$fence.new"; sync -- "$fence.new"; mv -fT -- "$fence.new" "$fence"; sync -- "$1"
        fi
        exec 9>> "$fence.d/$2"
        flock -s 9
        exec 8>&-
        for old in "$fence.d"/*; do
          [ "${old##*/}" -lt "$2" ] || continue
          for ((try = 0; ; try++)); do
            wait=1 signal=KILL
            if [ "$try" = 0 ]; then wait=$4; elif [ "$try" = 1 ]; then signal=TERM; fi
            if [ "$try" -gt 0 ]; then
              for fd in /proc/[0-9]*/fd/9; do
                if [ "$fd" -ef "$old" ]; then pid=${fd#/proc/}; kill -"$signal" "${pid%%/*}" 2>/dev/null || true; fi
              done
            fi
            if ( exec 7>> "$old"; flock -x -w "$wait" 7 ); then break; fi
            if [ "$try" = 5 ]; then echo "opticworks-fence: older ${old##*/}" >&2; exit 98; fi
          done
          rm -f -- "$old"
        done
        set +eu +o pipefail
        eval "$5"
        """;

    /// <summary>The command behind the fence. Exit 97: the token is older than the fence, nothing was run.</summary>
    /// <param name="token">The lease's token.</param>
    public static ShellCommand Fenced(long token, ShellCommand command, FenceTerms terms, ControlFolder folder) => ShellCommand.Script(Script,
        folder.Path, HostScript.Number(token), HostScript.Seconds(HostScript.LockLimit), HostScript.Seconds(terms.OlderLimit), command.ToString());
}
