namespace OpticWorks.Operations.Provisioning;

/// <summary>What the deploy user may do with an instance beyond systemctl: a program of root's, whose every form is in the allow-list.</summary>
public static class InstanceTool
{
    public const string Path = "/usr/local/lib/opticworks/instance";

    /// <summary>The verbs after the port.</summary>
    internal static IReadOnlyList<string> Verbs { get; } = ["restart", "serve", "folder"];

    /// <remarks>
    /// A Node process that starts takes a core for seconds, which the instances beside it need for their shoppers. So it gives way from its restart
    /// until "serve", and for 15 s at most, should nobody say that: its threads run where no other wants to (SCHED_IDLE, sched(7)), and its group has the
    /// least weight, which CPUWeight says where control groups manage the CPU ("idle" from systemd 252 on), and the session's group where they do not
    /// (autogroup). Weight alone, however small, let it hold a core while a request came. systemd counts restarts on when one comes between two
    /// crashes; those of the release that is left are none of the new one's.
    /// </remarks>
    internal const string Text =
        """
        #!/bin/bash
        # Written by Provision of OpticWorks.   instance PORT restart|serve|folder
        set -eu
        export LC_ALL=C PATH=/usr/bin:/bin:/usr/sbin:/sbin
        port=$1 verb=$2 unit=medusa@$1.service
        case $port in ''|*[!0-9]*) echo "not a port: $port" >&2; exit 2;; esac
        main() { systemctl show -p MainPID --value -- "$unit"; }
        weight() { systemctl set-property --runtime -- "$unit" "CPUWeight=$1" 2>/dev/null; }
        threads() {
          pid=$(main)
          chrt --all-tasks "$1" --pid 0 "$pid" 2>/dev/null || true
          echo "$2" 2>/dev/null > "/proc/$pid/autogroup" || true
        }
        yield() { threads --idle 19; weight idle || weight 10 || true; }
        share() { threads --other 0; weight 100 || true; }
        case $verb in
          restart)
            systemctl reset-failed -- "$unit" 2>/dev/null || true
            systemctl restart -- "$unit"
            yield
            systemd-run --quiet --collect --on-active=15 --timer-property=AccuracySec=1 -- "$0" "$port" share 2>/dev/null || share
            ;;
          share) share ;;
          serve)
            share
            systemctl is-enabled --quiet -- "$unit" 2>/dev/null || systemctl enable --quiet -- "$unit"
            ;;
          folder) readlink -- "/proc/$(main)/cwd" ;;
          *) echo "restart, serve or folder" >&2; exit 2 ;;
        esac

        """;
}
