using System.Text.Json;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Audits;

/// <summary>
/// The audit's commands. A line of audit.jsonl is <c>{"seq":N,"prev":"HEX","at":MS,"who":"…","what":"…","operation":"…","result":"…",
/// "reason":"…"}</c>: ASCII, prev is the SHA-256 of the previous line's bytes without its newline (64 zeros for the first). A line of
/// audit-heads, which every other host keeps, is <c>SEQ HEX</c>.
/// </summary>
internal static class AuditCommands
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Appends a line and prints it. Whatever the last line holds is what the new one is chained to: an audit that was tampered
    /// with still records, and shows where.</summary>
    public static ShellCommand Append(ControlFolder folder, AuditEntry entry) => HostScript.Of(
        [HostScript.Lock, HostScript.Clock, HostScript.Tailed, HostScript.Append],
        """
        cd -- "$1"; lock audit.lock "$2"; clock
        tailed audit.jsonl .
        seq=0 prev=$(printf '%064d' 0)
        if [ -n "$last" ]; then
          if [[ $last =~ ^\{\"seq\":([0-9]{1,15}), ]]; then seq=${BASH_REMATCH[1]}; fi
          prev=$(printf '%s' "$last" | sha256sum); prev=${prev%% *}
        else
          touch audit.jsonl; sync -- .
        fi
        line="{\"seq\":$((seq + 1)),\"prev\":\"$prev\",\"at\":$now,$3"
        append audit.jsonl "$line"
        printf '%s\n' "$line"
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), JsonSerializer.Serialize(entry, Json)[1..]);

    /// <summary>Notes a head; exit 93 when the host remembers this line or a later one already, and prints that.</summary>
    public static ShellCommand NoteHead(ControlFolder folder, AuditHead head) => HostScript.Of(
        [HostScript.Lock, HostScript.Tailed, HostScript.Append],
        """
        cd -- "$1"; lock audit.lock "$2"
        tailed audit-heads '^[0-9]+ [0-9a-f]{64}$'
        if [ -n "$last" ] && [ "${last%% *}" -ge "$3" ]; then printf '%s\n' "$last"; exit 93; fi
        [ -e audit-heads ] || { touch audit-heads; sync -- .; }
        append audit-heads "$3 $4"
        """,
        folder.Path, HostScript.Seconds(HostScript.LockLimit), HostScript.Number(head.Sequence), head.Hash);

    public static ShellCommand Read(string path) => ShellCommand.Script("""if [ -e "$1" ]; then cat -- "$1"; fi""", path);
}
