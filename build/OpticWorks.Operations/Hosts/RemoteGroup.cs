using System.Globalization;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Hosts;

/// <summary>
/// The process group of one command on a host. sshd gives every command without a terminal a session of its own, so the shell's
/// process id is the id of the group that all its children are in. The shell says who it is before it runs the command, as the first line of its
/// error output: a cancellation therefore never has to guess, and no file on the host is needed.
/// </summary>
internal sealed record RemoteGroup(int Id, long Started)
{
    /// <summary>What the leader's line begins with; the rest is its /proc/PID/stat (proc(5)).</summary>
    public const string Mark = "opticworks-leader ";

    /// <summary>How long a group may take to end after SIGTERM before it gets SIGKILL.</summary>
    public static readonly TimeSpan TerminateLimit = TimeSpan.FromSeconds(2);

    /// <summary>The last line of error output when 255 is the command's own exit code. The client says 255 for every failure of its own, and
    /// when a shared connection breaks it says nothing else.</summary>
    public const string Own255 = "opticworks-exit 255";

    /// <summary>The text that the login shell gets: builtins only, so it costs no process.</summary>
    public static string Announced(ShellCommand command) =>
        $"read -r opticworks < /proc/$$/stat; echo \"{Mark}$opticworks\" >&2; {command}; "
        + $"opticworks=$?; [ $opticworks -ne 255 ] || echo \"{Own255}\" >&2; exit $opticworks";

    /// <summary>The group, or null when the line is not the leader's, or its process leads no group.</summary>
    public static RemoteGroup? Read(string line)
    {
        if (!line.StartsWith(Mark, StringComparison.Ordinal) || ProcessStamp.FromStat(line[Mark.Length..]) is not { } stamp)
            return null;
        var group = line[(line.LastIndexOf(") ", StringComparison.Ordinal) + 2)..].Split(' ')[2];
        return group == stamp.Pid.ToString(CultureInfo.InvariantCulture) ? new RemoteGroup(stamp.Pid, stamp.Started) : null;
    }

    /// <summary>Error output without the lines that were added to it.</summary>
    public static string Strip(string error)
    {
        if (!error.Contains("opticworks-", StringComparison.Ordinal))
            return error;
        var lines = error.Split('\n').ToList();
        if (lines.FindIndex(line => Read(line) is not null) is var leader and >= 0)
            lines.RemoveAt(leader);
        lines.Remove(Own255);
        return string.Join('\n', lines);
    }

    /// <summary>
    /// Ends the group: SIGTERM, and SIGKILL for what is left after the limit. The number is not trusted alone: when a process with it exists
    /// that started at another time, the group has ended and the number was given to somebody else.
    /// </summary>
    public ShellCommand EndCommand(TimeSpan terminateLimit) => ShellCommand.Script(
        """
        gone() {
          if read -r stat 2>/dev/null < "/proc/$1/stat"; then set -- "$1" "$2" ${stat##*) }; [ "${22}" = "$2" ] || return 0; fi
          ! kill -0 -- "-$1" 2>/dev/null
        }
        gone "$1" "$2" && exit 0
        kill -TERM -- "-$1" 2>/dev/null || exit 0
        for ((i = 0; i < $3 / 20; i++)); do sleep 0.02; ! gone "$1" "$2" || exit 0; done
        kill -KILL -- "-$1" 2>/dev/null || true
        """,
        Id.ToString(CultureInfo.InvariantCulture), Started.ToString(CultureInfo.InvariantCulture),
        ((long)terminateLimit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
}
