using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Releases;

/// <summary>The commands of staging and switching releases on a backend host, as data.</summary>
public static class ReleaseCommands
{
    /// <summary>Exit 0 when the folder is there.</summary>
    public static ShellCommand Exists(string path) => ShellCommand.Of("test", "-e", path);

    /// <summary>
    /// Reads an archive (tar, zstd) from standard input, checks its SHA-256, unpacks it beside the final folder and renames: the folder
    /// is there whole or not at all.
    /// </summary>
    public static ShellCommand Unpack(string directory, string sha256) => ShellCommand.Script(
        $$"""
        umask 022
        {{Yield}}
        part="$1.part.$$"
        trap 'rm -rf -- "$part" "$part.tar.zst"' EXIT
        cat > "$part.tar.zst"
        printf '%s  %s\n' "$2" "$part.tar.zst" | sha256sum --check --quiet --strict
        mkdir -p -- "$part"
        zstd -dcq -- "$part.tar.zst" | tar -x -C "$part" --no-same-owner
        test -e "$1" || mv -T -- "$part" "$1"
        """, directory, sha256);

    /// <summary>Makes the release runnable: its layer, its name, its private configuration from standard input.</summary>
    /// <param name="length">Of the configuration, in bytes.</param>
    internal static ShellCommand Furnish(HostLayout layout, ReleaseId id, string layer, string length) => ShellCommand.Script(
        $$"""
        {{WholeInput.Arrived}}
        cd -- "$1"
        (umask 077; arrived env.part "$5")
        mv -fT -- env.part env
        printf '%s\n' "$2" > release
        ln -sfn -- "$3/node_modules" node_modules
        ln -sfn -- "$4" static
        test -e node_modules/@medusajs/cli/cli.js
        """, layout.Release(id), id.Text, layout.Layer(layer), layout.Uploads, length);

    /// <summary>Where the instances' links point, one line each: the port, and the link's last part when there is a link.</summary>
    public static ShellCommand Current(HostLayout layout, IEnumerable<int> ports) => ShellCommand.Script(
        """root=$1; shift; for port; do link=$(readlink -- "$root/$port/current" || true); echo "$port ${link##*/}"; done""",
        [layout.Instances, .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>
    /// Puts an instance on a release and returns when it serves it: points its link at the release, atomically (rename over the old link),
    /// restarts the unit, waits until health answers 200 from a process whose working directory is the release (and whose answer names no other
    /// one), enables the unit, and asks for each read once, which loads what it needs. Fails after the limit, or at once when
    /// the process keeps ending, and prints what it saw last.
    /// </summary>
    /// <remarks>From its restart until it is healthy the process gives way to the instances that serve (<see cref="Provisioning.InstanceTool"/>).</remarks>
    public static ShellCommand Switch(HostLayout layout, int port, string release, InstanceProbe probe, TimeSpan limit) => ShellCommand.Script(
        $$"""
        {{Answers}}
        ln -sfn -- "../../releases/$2" "$1/next"
        mv -fT -- "$1/next" "$1/current"
        sudo -n "$4" "$3" restart
        deadline=$((SECONDS + $6)); looked=$SECONDS; seen='no answer yet'
        fail() { printf 'not healthy on %s: %s\n' "$2" "$1"; journalctl -q -n 8 -o cat -u "medusa@$3.service" 2>/dev/null || true; exit 1; }
        until answers "$3" "$5" && { folder=$(sudo -n "$4" "$3" folder) && [ "${folder##*/}" = "$2" ] || { seen="answered from ${folder:-nowhere}"; false; }; } && named "$2"; do
          if [ "$SECONDS" -gt "$looked" ]; then
            looked=$SECONDS
            restarts=$(systemctl show -p NRestarts --value "medusa@$3.service")
            [ "${restarts:-0}" -lt 3 ] || fail "its process ended $restarts times" "$2" "$3"
          fi
          [ "$SECONDS" -lt "$deadline" ] || fail "$seen" "$2" "$3"
          sleep 0.05
        done
        sudo -n "$4" "$3" serve & serving=$!
        port=$3 key=$7; shift 7
        read_all "$port" "$key" "$@" > /dev/null
        wait "$serving"
        """,
        [
            layout.Instance(port), release, port.ToString(CultureInfo.InvariantCulture), Provisioning.InstanceTool.Path, probe.Health,
            ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture), probe.PublishableKey ?? "", .. probe.Reads,
        ]);

    /// <summary>
    /// <c>answers PORT PATH</c>: health is 200; seen is what it said. Nothing is started while the port is closed.
    /// <c>named RELEASE</c>: the answer does not name another release. <c>read_all PORT KEY PATH…</c>: each path once, over one
    /// connection; prints one status a line.
    /// </summary>
    private const string Answers = """
        answers() {
          (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 1
          seen=$(curl -sS -m 5 -w '\n%{http_code}' -- "http://127.0.0.1:$1$2" 2>&1) || return 1
          [ "${seen##*$'\n'}" = 200 ]
        }
        named() {
          [[ $seen =~ \"release\":\ *\"([^\"]*)\" ]] || return 0
          [ "${BASH_REMATCH[1]}" = "$1" ] || { seen="answers as ${BASH_REMATCH[1]}"; return 1; }
        }
        read_all() {
          local port=$1 key=$2 words=() path; shift 2
          for path; do words+=(-o /dev/null "http://127.0.0.1:$port$path"); done
          [ "${#words[@]}" -eq 0 ] || timeout -k 5 60 curl -sS -g ${key:+-H "x-publishable-api-key: $key"} -w '%{http_code}\n' "${words[@]}" || true
        }
        """;

    public static ShellCommand Unflip(HostLayout layout, int port) => ShellCommand.Of("rm", "-f", "--", layout.Current(port));

    public static ShellCommand Disable(int port) => ShellCommand.Of("/usr/bin/systemctl", "disable", HostLayout.Unit(port)).Sudo();

    public static ShellCommand Stop(int port) => ShellCommand.Of("/usr/bin/systemctl", "stop", HostLayout.Unit(port)).Sudo();

    /// <summary>Runs the store's own command line in a release, with the release's configuration.</summary>
    public static ShellCommand Medusa(HostLayout layout, ReleaseId id, params IReadOnlyList<string> arguments) =>
        InRelease(layout, id, [HostLayout.Node, MedusaProgram, .. arguments]);

    /// <summary>Runs a script of the store's build (medusa exec) with variables of its own.</summary>
    public static ShellCommand Exec(HostLayout layout, ReleaseId id, string script, IReadOnlyDictionary<string, string> variables) =>
        InRelease(layout, id,
        [
            "/usr/bin/env",
            .. variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
            HostLayout.Node, MedusaProgram, "exec", script,
        ]);

    /// <summary>Runs words in a release's folder, with its configuration.</summary>
    internal static ShellCommand InRelease(HostLayout layout, ReleaseId id, IReadOnlyList<string> words) => ShellCommand.Script(
        $$"""{{Yield}}; cd -- "$1"; {{Configured}}; shift; exec "$@" """.TrimEnd(), [layout.Release(id), .. words]);

    /// <summary>Lets the instances that serve go first: nice works within a session only, so the session's own group is told too (sched(7), autogroup).</summary>
    /// <remarks>
    /// Not too far: what starts a whole Medusa for its answer needs seconds of a core, and under full load would wait for minutes. From anyone but root the
    /// kernel takes one such change in a tenth of a second, and refuses the others.
    /// </remarks>
    internal const string Yield = $"nice=5; {YieldGroup}; renice -n $nice -p $$ > /dev/null 2>&1 || true";

    /// <summary>The same for what nobody waits for, in a session that it has just begun.</summary>
    private const string YieldMore = $"nice=10; {YieldGroup}";

    private const string YieldGroup = "[ ! -e /proc/self/autogroup ] || for i in 1 2 3 4 5; do { echo $nice > /proc/self/autogroup; } 2>/dev/null && break || sleep 0.1$i; done";

    /// <summary>In a release's folder: its configuration for the commands that follow, and what Node compiled before.</summary>
    internal const string Configured = $"export NODE_COMPILE_CACHE={Provisioning.NodeCache.OfDeployment}; set -a; . ./env; set +a";

    internal const string MedusaProgram = "node_modules/@medusajs/cli/cli.js";

    /// <summary>
    /// Asks through the balancer, on its host: health COUNT times, and each read. A read may fail twice, and health may twice not answer in time (a busy
    /// store is not a broken one); any answer of health but 200 is a failure. Prints what failed.
    /// </summary>
    public static ShellCommand Smoke(int port, InstanceProbe probe, int count) => ShellCommand.Script(
        $$"""
        {{Answers}}
        for ((i = 0; i < $3; i++)); do
          for try in 1 2 3; do
            seen='no answer'
            answers "$1" "$2" && break
            [ "${seen##*$'\n'}" = 000 ] && [ "$try" -lt 3 ] || { printf '%s: %s\n' "$2" "$seen"; exit 1; }
          done
        done
        port=$1 key=$4; shift 4
        for path; do
          for try in 1 2 3; do
            status=$(read_all "$port" "$key" "$path" 2>/dev/null)
            case $status in 2*) break;; 4*) [ -n "$key" ] || break;; esac
            [ "$try" -lt 3 ] || { echo "$path answered ${status:-nothing}"; exit 1; }
            sleep 0.5
          done
        done
        """,
        [
            port.ToString(CultureInfo.InvariantCulture), probe.Health, count.ToString(CultureInfo.InvariantCulture), probe.PublishableKey ?? "", .. probe.Reads,
        ]);

    /// <summary>
    /// Starts a release on a spare port with its own configuration, asks its health and the reads, ends it, and prints what failed. The proof
    /// that it would do as a rollback's target today.
    /// </summary>
    public static ShellCommand Try(HostLayout layout, ReleaseId id, int port, InstanceProbe probe, TimeSpan limit) => ShellCommand.Script(
        $$"""
        {{Answers}}
        {{Yield}}
        cd -- "$1"
        {{Configured}}
        log=$(mktemp /tmp/opticworks-try.XXXXXX)
        PORT=$3 setsid bash -c '{{YieldMore}}; exec "$@"' opticworks "$2" node_modules/@medusajs/cli/cli.js start --port "$3" > "$log" 2>&1 < /dev/null &
        tried=$!
        trap 'kill -TERM -- "-$tried" 2>/dev/null || true; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 -- "-$tried" 2>/dev/null || break; sleep 0.1; done; kill -KILL -- "-$tried" 2>/dev/null || true; rm -f -- "$log"' EXIT
        deadline=$((SECONDS + $5)); seen='no answer yet'
        until answers "$3" "$4"; do
          if ! kill -0 "$tried" 2>/dev/null; then echo "it ended by itself"; tail -n 5 -- "$log"; exit 1; fi
          [ "$SECONDS" -lt "$deadline" ] || { printf 'not healthy: %s\n' "$seen"; exit 1; }
          sleep 0.05
        done
        port=$3 key=$6; shift 6
        for path; do
          status=$(read_all "$port" "$key" "$path")
          case $status in 2*) ;; 5*|000|'') echo "$path answered ${status:-nothing}"; exit 1;; *) [ -z "$key" ] || { echo "$path answered $status"; exit 1; };; esac
        done
        """,
        [
            layout.Release(id), HostLayout.Node, port.ToString(CultureInfo.InvariantCulture), probe.Health, ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            probe.PublishableKey ?? "", .. probe.Reads,
        ]);

    /// <summary>The releases that are staged, one name a line.</summary>
    public static ShellCommand List(HostLayout layout) => ShellCommand.Script(
        """shopt -s nullglob; cd -- "$1"; for name in r-*; do if test -e "$name/env" && test -e "$name/node_modules"; then echo "$name"; fi; done""", layout.Releases);

    /// <summary>Removes releases, and layers that no release refers to any more.</summary>
    public static ShellCommand Prune(HostLayout layout, IReadOnlyList<string> releases) => ShellCommand.Script(
        """
        root=$1; shift
        for name in "$@"; do rm -rf -- "$root/releases/$name"; done
        shopt -s nullglob
        for layer in "$root"/layers/*; do
          used=
          for link in "$root"/releases/*/node_modules; do [ "$(readlink -- "$link")" = "$layer/node_modules" ] && used=1; done
          [ -n "$used" ] || rm -rf -- "$layer"
        done
        """, [layout.Directory, .. releases]);

    /// <summary>Free space below the releases' directory in MiB, the clock in seconds, and Node's version.</summary>
    public static ShellCommand Look(HostLayout layout) => ShellCommand.Script(
        """df -Pm -- "$1" | awk 'NR==2{print $4}'; date +%s; "$2" --version; command -v zstd >/dev/null && echo zstd""", layout.Directory, HostLayout.Node);

    /// <summary>Removes a release that was staged, unless an instance's link still names it: one that could not be switched back needs its files.</summary>
    public static ShellCommand Unstage(HostLayout layout, ReleaseId id) => ShellCommand.Script(
        """
        for link in "$1"/*/current; do
          ! [ "$link" -ef "$2" ] || { echo "$link still leads to $2" >&2; exit 1; }
        done
        rm -rf -- "$2"
        """, layout.Instances, layout.Release(id));
}
