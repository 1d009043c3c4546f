using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>The journal's commands on the control host; the writing one runs behind the fence.</summary>
internal static class JournalCommands
{
    /// <summary>
    /// Appends lines, when the journal's last whole line has the number before the first; cuts off a torn one before that. Exit 95 and the last
    /// line's number: somebody else has appended.
    /// </summary>
    /// <param name="sequence">The first line's number.</param>
    /// <param name="fields">The entries (<see cref="JournalText.Fields"/>).</param>
    public static ShellCommand Append(ControlFolder folder, OperationId operation, long sequence, long token, params IReadOnlyList<string> fields) => HostScript.Of(
        [HostScript.Lock, HostScript.Clock, HostScript.Tailed, HostScript.Append],
        """
        [ -d "$1" ] || mkdir -- "$1"
        cd -- "$1"; lock "$2" "$3"; clock
        tailed "$2" '^\{"seq":([0-9]+),.*\}$'
        seq=0; if [ -n "$last" ]; then seq=${BASH_REMATCH[1]}; else sync -- . ..; fi
        if [ "$seq" -ne "$(($4 - 1))" ]; then echo "$seq"; exit 95; fi
        file=$2 seq=$4 token=$5 lines=; shift 5
        for fields; do lines+="${lines:+$'\n'}{\"seq\":$seq,\"at\":$now,\"token\":$token,$fields"; seq=$((seq + 1)); done
        append "$file" "$lines"
        """,
        [folder.Journals, $"{operation}.jsonl", HostScript.Seconds(HostScript.LockLimit), HostScript.Number(sequence), HostScript.Number(token), .. fields]);

    public static ShellCommand Read(ControlFolder folder, OperationId operation) => ShellCommand.Of("cat", "--", folder.Journal(operation));

    /// <summary>
    /// The names of all journals, those that have not finished marked with a star, the oldest first. A file whose header never arrived whole is none:
    /// nothing had begun.
    /// </summary>
    public static ShellCommand List(ControlFolder folder) => ShellCommand.Script(
        """
        cd -- "$1" 2>/dev/null || exit 0
        for file in *.jsonl; do
          [ -e "$file" ] && IFS= read -r header < "$file" && [[ $header == *'"event":"begun"'* ]] || continue
          if grep -q '"event":"finished"' < <(tail -n 1 -- "$file"); then echo "$file"; else echo "$file *"; fi
        done
        """, folder.Journals);
}
