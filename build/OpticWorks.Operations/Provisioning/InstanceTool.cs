namespace OpticWorks.Operations.Provisioning;

/// <summary>What the deploy user may do with an instance beyond systemctl: a program of root's, whose every form is in the allow-list.</summary>
public static class InstanceTool
{
    public const string Path = "/usr/local/lib/opticworks/instance";

    /// <summary>The verbs after the port.</summary>
    internal static IReadOnlyList<string> Verbs { get; } = ["restart", "serve", "folder"];

    /// <remarks>
    /// A Node process that starts takes a core for seconds, which the instances beside it need for their shoppers. So it gives way from its restart
    /// until "serve", and for 15 s at most, should nobody say that. CPUWeight does it where control groups manage the CPU; where they do not, the
    /// scheduler groups processes by session, and nice works within such a group only (sched(7), autogroup).
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
        share() {
          systemctl set-property --runtime -- "$unit" "CPUWeight=$1" 2>/dev/null || true
          echo "$2" 2>/dev/null > "/proc/$(main)/autogroup" || true
        }
        case $verb in
          restart)
            systemctl restart -- "$unit"
            share 10 15
            systemd-run --quiet --collect --on-active=15 --timer-property=AccuracySec=1 -- "$0" "$port" share 2>/dev/null || share 100 0
            ;;
          share) share 100 0 ;;
          serve)
            share 100 0
            systemctl is-enabled --quiet -- "$unit" 2>/dev/null || systemctl enable --quiet -- "$unit"
            ;;
          folder) readlink -- "/proc/$(main)/cwd" ;;
          *) echo "restart, serve or folder" >&2; exit 2 ;;
        esac

        """;
}
