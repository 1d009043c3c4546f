using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions;

/// <summary>What the scripts of this folder share: bash, coreutils and flock, nothing else is needed on a host.</summary>
internal static class HostScript
{
    /// <summary>A compare-and-swap lost: somebody else holds it, or it is no longer ours.</summary>
    public const int Lost = 93;

    /// <summary>A state file holds what this program never wrote.</summary>
    public const int Unreadable = 94;

    /// <summary>A line has another number than the writer expects: somebody else appended.</summary>
    public const int OutOfSequence = 95;

    /// <summary>The token is older than the fence.</summary>
    public const int FencedOff = 97;

    /// <summary>A lock was not free within its limit.</summary>
    public const int Busy = 98;

    /// <summary>How long the short locks are waited for; they are held for milliseconds.</summary>
    public static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(10);

    /// <summary><c>lock FILE SECONDS</c>: exclusive until the script ends.</summary>
    public const string Lock = """lock() { exec 7>> "$1"; flock -w "$2" 7 || { echo "opticworks: $1 is busy" >&2; exit 98; }; }""";

    /// <summary><c>put FILE TEXT</c> in the current folder: there whole or not at all, also after a power failure.</summary>
    public const string Put = """put() { printf '%s\n' "$2" > "$1.new"; sync -- "$1.new"; mv -fT -- "$1.new" "$1"; sync -- .; }""";

    /// <summary><c>clock</c> sets now: the host's clock in milliseconds since 1970, read without starting a program.</summary>
    public const string Clock = """clock() { now=${EPOCHREALTIME/[^0-9]/}; now=${now%???}; }""";

    /// <summary><c>append FILE LINE</c>: the line and its newline are on the disk when it succeeds. When it does not (the disk is full), what there
    /// is of the line is torn, and <see cref="Tailed"/> cuts it off before the next one.</summary>
    public const string Append =
        """append() { printf '%s\n' "$2" >> "$1" && sync -- "$1" || { echo "opticworks: $1 could not be written" >&2; exit 1; }; }""";

    /// <summary><c>tailed FILE PATTERN</c> sets last to the last whole line (empty: none) and cuts off a torn one behind it. A line is torn when
    /// its newline is missing or it does not match the pattern: the power failed or the disk was full while it was written.</summary>
    public const string Tailed = """
        tailed() {
          while :; do
            last=; [ -s "$1" ] || return 0
            { last=$(tail -n 1 -- "$1"; echo x); } 2>/dev/null
            last=${last%x}
            if [ "${last%$'\n'}" != "$last" ]; then last=${last%$'\n'}; [[ $last =~ $2 ]] && return 0; fi
            [ "${cut:-}" = "" ] || { echo "opticworks: $1 is damaged before its last line" >&2; exit 94; }
            cut=1
            truncate -s "$(head -n -1 -- "$1" | wc -c)" -- "$1"
          done
        }
        """;

    public static ShellCommand Of(string[] functions, string script, params IReadOnlyList<string> values) =>
        ShellCommand.Script(string.Join('\n', ["export LC_ALL=C", .. functions, script]), values);

    public static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    public static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
