using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The unit template of the backend's instances. A deployment enables an instance once it has a release.</summary>
public static class MedusaUnit
{
    public const string Path = "/etc/systemd/system/medusa@.service";

    /// <summary>What an instance runs, in its release's folder; %i is its port.</summary>
    public const string Command = $"{HostLayout.Node} node_modules/@medusajs/cli/cli.js start --port %i";

    /// <remarks>
    /// Type=exec makes "start" fail when the program cannot even be started. MemoryDenyWriteExecute is left out because Node
    /// compiles at run time. The env file may be readable by its owner only: systemd reads it as root. Medusa wants to write its
    /// settings below XDG_CONFIG_HOME, or no command of it starts; the cache folder is the service user's and survives restarts.
    /// There Node keeps what it compiled (<see cref="NodeCache"/>), and reads it at the next start.
    /// With a young generation of 32 MiB (Node's own is 16) what a request leaves behind seldom grows old: no more collections of everything, each of which
    /// holds answers up for 200 ms, and for more on busy cores. It takes up to 120 MiB of memory more.
    /// Netlink is how Node lists network interfaces.
    /// </remarks>
    internal static string Text(HostLayout layout) =>
        $"""
        # Written by Provision of OpticWorks; changes made here are undone by its next run.
        [Unit]
        Description=Medusa on port %i
        Wants=network-online.target
        After=network-online.target
        AssertPathExists={layout.Directory}/instances/%i/current
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        User={BackendRole.ServiceUser}
        Group={BackendRole.ServiceUser}
        Environment=NODE_ENV=production PORT=%i
        Environment=UPLOADS_DIR={layout.Uploads}
        Environment=XDG_CONFIG_HOME=/var/cache/medusa/%i
        Environment=NODE_COMPILE_CACHE={NodeCache.OfService}
        Environment=NODE_OPTIONS=--max-semi-space-size=32
        EnvironmentFile={layout.Directory}/instances/%i/current/env
        WorkingDirectory={layout.Directory}/instances/%i/current
        ExecStart={Command}
        Restart=on-failure
        RestartSec=1
        KillMode=mixed
        TimeoutStopSec=35
        LimitNOFILE=8192
        UMask=0027
        CacheDirectory=medusa

        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        ReadWritePaths={layout.Uploads}
        ProtectHome=yes
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectControlGroups=yes
        ProtectClock=yes
        LockPersonality=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        RestrictNamespaces=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
        SystemCallArchitectures=native

        [Install]
        WantedBy=multi-user.target

        """;
}
