using System.Globalization;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Health;

/// <summary>The commands that look at a host, as data. None of them changes anything or needs a right of root.</summary>
internal static class HealthCommands
{
    /// <summary>
    /// One line an instance, all of them side by side: port, the host's time, active state, sub state, since, restarts, release, status, seconds,
    /// body (base64). A line is shorter than what a pipe takes at once, so lines of several instances never mix.
    /// </summary>
    public static ShellCommand Look(HostLayout layout, IReadOnlyList<int> ports, string health, TimeSpan limit) => ShellCommand.Script(
        """
        export LC_ALL=C
        look() {
          ActiveState='' SubState='' StateChangeTimestamp='' NRestarts='' release=''
          while IFS='=' read -r name value; do
            case $name in ActiveState|SubState|StateChangeTimestamp|NRestarts) printf -v "$name" %s "$value";; esac
          done < <(systemctl show --timestamp=unix -p ActiveState -p SubState -p StateChangeTimestamp -p NRestarts "medusa@$4.service" 2>/dev/null)
          if [ -L "$1/instances/$4/current" ]; then release=$(readlink -- "$1/instances/$4/current"); release=${release##*/}; release=${release//[$'\t\n']/?}; fi
          answer=$(curl -sS -m "$3" --max-filesize 1048576 -w '\n%{http_code} %{time_total}' -- "http://127.0.0.1:$4$2" 2>&1 | tr -d '\0') || true
          result=${answer##*$'\n'}; body=${answer%$'\n'*}
          body=$(printf %s "$body" | head -c "$5" | base64 -w 0) || true
          printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$4" "$EPOCHSECONDS" "$ActiveState" "$SubState" \
            "$StateChangeTimestamp" "$NRestarts" "$release" "$((10#${result% *}))" "${result#* }" "$body"
        }
        directory=$1 health=$2 limit=$3 most=$4; shift 4
        for port; do look "$directory" "$health" "$limit" "$port" "$most" & done
        wait
        """,
        [
            layout.Directory, health, limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
            HttpLook.MostBytes.ToString(CultureInfo.InvariantCulture),
            .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture)),
        ]);
}
