using System.Text;

namespace OpticWorks.Operations.Traffic.Maintenance;

/// <summary>What the balancer's host has for maintenances, installed by Provision: the map that HAProxy reads, and a timer that removes the marker when the
/// time is over.</summary>
internal static class MaintenanceUnit
{
    public const string Folder = "/var/lib/opticworks/maintenance";

    /// <summary>HAProxy reads it when it starts; a running one is told through its socket.</summary>
    public const string Map = $"{Folder}/state.map";

    public const string Service = "opticworks-maintenance.service";

    public const string Timer = "opticworks-maintenance.timer";

    public const string ServicePath = $"/etc/systemd/system/{Service}";

    public const string TimerPath = $"/etc/systemd/system/{Timer}";

    /// <summary>The rules at the beginning of HAProxy's frontend. A request from the host itself passes: what is deployed meanwhile is looked at there.</summary>
    /// <param name="passing">Path prefixes that are served.</param>
    public static string Rules(IReadOnlyList<string> passing)
    {
        var text = new StringBuilder($"""
                # A maintenance ends by itself: the time is compared at every request.
                http-request set-var(txn.now) date()
                http-request set-var(txn.until) str(until),map({Map},0)
                http-request set-var(txn.left) var(txn.until),sub(txn.now)
                acl maintained var(txn.left) -m int gt 0
                acl passes src 127.0.0.0/8 ::1

            """);
        foreach (var path in passing)
            text.Append($"    acl passes path_beg {path}\n");
        text.Append($$"""
                http-request return status 503 content-type "application/json; charset=utf-8" hdr Retry-After "%[var(txn.left)]" hdr Cache-Control "no-store" lf-string "%[str(answer),map({{Map}},-),b64dec]" if maintained !passes

            """);
        return text.ToString();
    }

    /// <remarks>systemd takes $$ for $ and %% for %.</remarks>
    public static string ServiceText(string user, string marker) =>
        $$"""
        # Written by Provision of OpticWorks; changes made here are undone by its next run.
        [Unit]
        Description=Removes the marker of a maintenance whose time is over

        [Service]
        Type=oneshot
        User={{user}}
        ExecStart=/bin/bash -c 'until=$$(sed -n "s/^until //p" {{Map}}); [ "$${until:-0}" -gt "$$(date +%%s)" ] || rm -f -- "{{marker}}"'
        NoNewPrivileges=yes

        """;

    public const string TimerText =
        """
        # Written by Provision of OpticWorks; changes made here are undone by its next run.
        [Unit]
        Description=Removes the marker of a maintenance whose time is over

        [Timer]
        OnBootSec=5s
        OnUnitActiveSec=5s
        AccuracySec=1s

        [Install]
        WantedBy=timers.target

        """;
}
