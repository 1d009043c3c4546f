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
        """
        umask 022
        part="$1.part.$$"
        trap 'rm -rf -- "$part" "$part.tar.zst"' EXIT
        cat > "$part.tar.zst"
        printf '%s  %s\n' "$2" "$part.tar.zst" | sha256sum --check --quiet --strict
        mkdir -p -- "$part"
        zstd -dcq -- "$part.tar.zst" | tar -x -C "$part" --no-same-owner
        test -e "$1" || mv -T -- "$part" "$1"
        """, directory, sha256);

    /// <summary>Makes the release runnable: its layer, its name, its private configuration from standard input.</summary>
    public static ShellCommand Furnish(HostLayout layout, ReleaseId id, string layer) => ShellCommand.Script(
        """
        cd -- "$1"
        (umask 077; cat > env)
        printf '%s\n' "$2" > release
        ln -sfn -- "$3/node_modules" node_modules
        ln -sfn -- "$4" static
        test -e node_modules/@medusajs/cli/cli.js
        """, layout.Release(id), id.Text, layout.Layer(layer), layout.Uploads);

    /// <summary>Where the instance's link points, the last part only; empty when there is none.</summary>
    public static ShellCommand Current(HostLayout layout, int port) => ShellCommand.Script(
        """if test -L "$1"; then basename -- "$(readlink -- "$1")"; fi""", layout.Current(port));

    /// <summary>Points the instance at a release, atomically (rename over the old link).</summary>
    public static ShellCommand Flip(HostLayout layout, int port, string release) => ShellCommand.Script(
        """
        ln -sfn -- "../../releases/$2" "$1/next"
        mv -fT -- "$1/next" "$1/current"
        """, layout.Instance(port), release);

    public static ShellCommand Unflip(HostLayout layout, int port) => ShellCommand.Of("rm", "-f", "--", layout.Current(port));

    public static ShellCommand Restart(int port) => ShellCommand.Of("/usr/bin/systemctl", "restart", HostLayout.Unit(port)).Sudo();

    public static ShellCommand Enable(int port) => ShellCommand.Of("/usr/bin/systemctl", "enable", HostLayout.Unit(port)).Sudo();

    public static ShellCommand Disable(int port) => ShellCommand.Of("/usr/bin/systemctl", "disable", HostLayout.Unit(port)).Sudo();

    public static ShellCommand Stop(int port) => ShellCommand.Of("/usr/bin/systemctl", "stop", HostLayout.Unit(port)).Sudo();

    /// <summary>
    /// Waits on the host until the instance runs this release: the unit's main process began after the link was flipped (so its working
    /// directory is the release that the link names) and health answers 200. Fails after the limit, or at once when the unit
    /// has failed, and prints what it saw last.
    /// </summary>
    public static ShellCommand Prove(HostLayout layout, int port, string release, string health, TimeSpan limit) => ShellCommand.Script(
        """
        deadline=$(( $(date +%s) + $5 )); seen='no answer yet'
        while :; do
          link=$(readlink -- "$1/current" || true)
          if [ "${link##*/}" != "$2" ]; then echo "the link names ${link##*/}"; exit 1; fi
          began=$(systemctl show -p ExecMainStartTimestamp --value "$3" || true)
          began=$(date -d "$began" +%s 2>/dev/null || echo 0)
          if [ "$began" -ge "$(stat -c %Y -- "$1/current")" ] && [ "$(systemctl is-active "$3" || true)" = active ]; then
            seen=$(curl -sS -m 5 -w '\n%{http_code}' -- "$4" 2>&1) && case $seen in *200) printf '%s\n' "$seen"; exit 0;; esac
          fi
          if [ "$(date +%s)" -ge "$deadline" ]; then printf 'not healthy: %s\n' "$seen"; journalctl -q -n 8 -o cat -u "$3" 2>/dev/null || true; exit 1; fi
          sleep 0.1
        done
        """,
        layout.Instance(port), release, HostLayout.Unit(port),
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{health}"),
        ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture));

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
        """cd -- "$1"; set -a; . ./env; set +a; shift; exec "$@" """.TrimEnd(), [layout.Release(id), .. words]);

    internal const string MedusaProgram = "node_modules/@medusajs/cli/cli.js";

    /// <summary>
    /// Starts a release on a spare port with its own configuration, asks its health, ends it, and prints the answer. The proof that it
    /// would do as a rollback's target today.
    /// </summary>
    public static ShellCommand Try(HostLayout layout, ReleaseId id, int port, string health, TimeSpan limit) => ShellCommand.Script(
        """
        cd -- "$1"
        set -a; . ./env; set +a
        PORT=$3 setsid "$2" node_modules/@medusajs/cli/cli.js start --port "$3" > "/tmp/opticworks-try-$3.log" 2>&1 < /dev/null &
        tried=$!
        trap 'kill -TERM -- "-$tried" 2>/dev/null || true; sleep 0.2; kill -KILL -- "-$tried" 2>/dev/null || true' EXIT
        deadline=$(( $(date +%s) + $5 )); seen='no answer yet'
        while [ "$(date +%s)" -lt "$deadline" ]; do
          if ! kill -0 "$tried" 2>/dev/null; then echo "it ended by itself"; tail -n 5 "/tmp/opticworks-try-$3.log"; exit 1; fi
          seen=$(curl -sS -m 5 -w '\n%{http_code}' -- "http://127.0.0.1:$3$4" 2>&1) && case $seen in *200) printf '%s\n' "$seen"; exit 0;; esac
          sleep 0.1
        done
        printf 'not healthy: %s\n' "$seen"; exit 1
        """,
        layout.Release(id), HostLayout.Node, port.ToString(CultureInfo.InvariantCulture), health, ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture));

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

    public static ShellCommand Remove(string path) => ShellCommand.Of("rm", "-rf", "--", path);
}
