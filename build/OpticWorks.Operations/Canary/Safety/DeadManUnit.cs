namespace OpticWorks.Operations.Canary.Safety;

/// <summary>
/// The dead-man: a service on the balancer's host that watches what a canary has armed and puts all traffic on the stable release when its
/// operator is not heard of any more. It needs nothing of the operator's machine, and no right of root.
/// </summary>
public static class DeadManUnit
{
    public const string Unit = "opticworks-dead-man.service";

    public const string Path = $"/etc/systemd/system/{Unit}";

    public const string Program = "/usr/local/lib/opticworks/dead-man";

    /// <remarks>
    /// The time since the last renewal is counted from when the service saw it, with the machine's uptime: a clock that is set changes nothing. It
    /// looks once a second without starting a program. While somebody else holds the lease (a Resume that takes over), it leaves everything to them.
    /// What it does is fixed when it is armed; comparing and acting happen under the lock that arming and disarming take.
    /// </remarks>
    public static string Script(string socket) =>
        $$"""
        #!/bin/bash
        # Written by Provision of OpticWorks. Puts all traffic back on the stable release when a canary is not renewed any more.
        set -u
        export LC_ALL=C
        folder=/var/lib/opticworks socket={{socket}}
        exec {never}<> <(:)
        uptime() { local words; read -r words _ < /proc/uptime; now=${words%.*}; }
        armed() { lines=(); [ ! -e "$folder/canary/armed" ] || mapfile -t lines < "$folder/canary/armed"; }
        led() { # somebody else than the one who armed holds the lease
          local lease; [ -e "$folder/lease.json" ] || return 1
          read -r lease < "$folder/lease.json" || true
          [[ $lease =~ ^\{\"token\":([0-9]+),.*\"expires\":([0-9]+),\"holder\" ]] || return 1
          [ "${BASH_REMATCH[1]}" != "${lines[1]}" ] && [ "${EPOCHREALTIME/[^0-9]/}" -lt "${BASH_REMATCH[2]}000" ]
        }
        fire() (
          exec 7>> "$folder/canary/lock"; flock -w 5 7 || exit 1
          before=${lines[*]}; armed
          [ "${#lines[@]}" -ge 5 ] && [ "${lines[*]}" = "$before" ] || exit 1
          if led; then exit 1; fi
          answer=$(printf '%s\n' "${lines[4]}" | socat -t 5 - "UNIX-CONNECT:$socket") || { echo "HAProxy does not answer"; exit 1; }
          [ -z "${answer//$'\n'/}" ] || echo "HAProxy said: $answer"
          mv -fT -- "$folder/canary/armed" "$folder/canary/fired"
          echo "${lines[0]} was not renewed for ${lines[2]} s: all traffic is back on the stable release"
        )
        seen=
        while :; do
          read -r -t 1 -u "$never" || true
          armed
          [ "${#lines[@]}" -ge 5 ] || { seen=; continue; }
          uptime
          if [ "${lines[*]}" != "$seen" ]; then seen=${lines[*]} since=$now; continue; fi
          [ $((now - since)) -lt "${lines[2]}" ] || fire || true
        done

        """;

    public static string Text(string user) =>
        $"""
        # Written by Provision of OpticWorks; changes made here are undone by its next run.
        [Unit]
        Description=Puts traffic back on the stable release when a canary's operator is gone
        After=haproxy.service
        StartLimitIntervalSec=0

        [Service]
        User={user}
        ExecStart={Program}
        Restart=always
        RestartSec=1
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        ReadWritePaths=/var/lib/opticworks
        ProtectHome=yes
        PrivateTmp=yes
        RestrictAddressFamilies=AF_UNIX

        [Install]
        WantedBy=multi-user.target

        """;
}
