using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Provisioning;

/// <summary>The exact files that hosts get.</summary>
public sealed class ConfigurationTextTests
{
    [Fact]
    public void HAProxy() => HaproxyConfiguration.Text(SampleStore.Environment).ShouldBe(
        """
        # Written by Provision of OpticWorks from the environment staging; changes made here are undone by its next run.
        global
            master-worker
            user haproxy
            group haproxy
            log ring@req local0
            stats socket /run/haproxy/admin.sock user root group deploy mode 660 level admin expose-fd listeners
            stats timeout 1h
            server-state-file /run/opticworks-haproxy/server-state
            maxconn 4000
            hard-stop-after 30s

        # 8 MiB are about half a minute at 2000 requests a second; a reader that is slower loses lines.
        ring req
            description "one line a request"
            format raw
            maxlen 512
            size 8388608

        defaults
            mode http
            log global
            option redispatch 1
            # Each goes to another server than the one before it did; three could all be spent on two that are down at once.
            retries 8
            retry-on conn-failure empty-response 0rtt-rejected
            timeout connect 2s
            timeout client 65s
            timeout server 15s
            timeout queue 5s
            timeout check 5s
            timeout http-request 10s
            timeout http-keep-alive 30s
            load-server-state-from-file global
            unique-id-format %[uuid()]
            unique-id-header X-Request-ID

        frontend store
            bind :8080
            # A maintenance ends by itself: the time is compared at every request.
            http-request set-var(txn.now) date()
            http-request set-var(txn.until) str(until),map(/var/lib/opticworks/maintenance/state.map,0)
            http-request set-var(txn.left) var(txn.until),sub(txn.now)
            acl maintained var(txn.left) -m int gt 0
            acl passes src 127.0.0.0/8 ::1
            acl passes path_beg /hooks/payment
            http-request return status 503 content-type "application/json; charset=utf-8" hdr Retry-After "%[var(txn.left)]" hdr Cache-Control "no-store" lf-string "%[str(answer),map(/var/lib/opticworks/maintenance/state.map,-),b64dec]" if maintained !passes
            # A request that may have been acted on is never sent twice: a cart or a payment would be doubled.
            http-request disable-l7-retry unless { method GET HEAD OPTIONS }
            http-response set-header x-server %s
            http-after-response set-header x-request-id %[unique-id]
            log-format "R %[date(0,ms)] %b %s %ST %ts %TR %Tw %Tc %Tr %Ta %rc %HM %HP %ID"
            default_backend medusa

        frontend metrics
            bind 127.0.0.1:8405
            no log
            http-request use-service prometheus-exporter if { path /metrics }
            http-request return status 404

        backend medusa
            balance roundrobin
            option httpchk
            http-check send meth GET uri /health
            default-server weight 100 check inter 1s fastinter 500ms fall 3 rise 2
            server api-1-9001 10.0.1.11:9001
            server api-1-9002 10.0.1.11:9002
            server api-2-9001 ipv6@fd00::12:9001

        """);

    [Theory]
    [InlineData("medusa\n    server evil 10.0.0.1:80")]
    [InlineData("a b")]
    [InlineData("a#b")]
    [InlineData("$HOME")]
    [InlineData("")]
    public void A_name_that_would_change_the_file_is_refused(string backend)
    {
        var environment = SampleStore.Environment with { Balancer = SampleStore.Environment.Balancer with { Backend = backend } };

        Should.Throw<OperationException>(() => HaproxyConfiguration.Text(environment)).ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Fact]
    public void HAProxys_unit_keeps_weights_over_a_reload() => HaproxyDropIn.Text("/run/haproxy/admin.sock").ShouldBe(
        """
        # Written by Provision of OpticWorks.
        [Service]
        ExecStartPost=-/bin/rm -f /run/opticworks-haproxy/server-state
        ExecReload=
        ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
        ExecReload=/bin/sh -c 'test ! -S /run/haproxy/admin.sock || { mkdir -p /run/opticworks-haproxy && echo "show servers state" | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock >/run/opticworks-haproxy/server-state.new && test -s /run/opticworks-haproxy/server-state.new && mv -f /run/opticworks-haproxy/server-state.new /run/opticworks-haproxy/server-state; }'
        ExecReload=/bin/kill -USR2 $MAINPID
        ExecStop=-/bin/sh -c 'test ! -S /run/haproxy/admin.sock || { mkdir -p /run/opticworks-haproxy && echo "show servers state" | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock >/run/opticworks-haproxy/server-state.new && test -s /run/opticworks-haproxy/server-state.new && mv -f /run/opticworks-haproxy/server-state.new /run/opticworks-haproxy/server-state; }'
        ExecStopPost=-/bin/sh -c 'test "$SERVICE_RESULT" = success || rm -f /run/opticworks-haproxy/server-state'

        """);

    [Fact]
    public void The_unit_template_of_instances() => MedusaUnit.Text(new HostLayout("/opt/medusa")).ShouldBe(
        """
        # Written by Provision of OpticWorks; changes made here are undone by its next run.
        [Unit]
        Description=Medusa on port %i
        Wants=network-online.target
        After=network-online.target
        AssertPathExists=/opt/medusa/instances/%i/current
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        User=medusa
        Group=medusa
        Environment=NODE_ENV=production PORT=%i
        Environment=UPLOADS_DIR=/opt/medusa/shared/uploads
        Environment=XDG_CONFIG_HOME=/var/cache/medusa/%i
        Environment=NODE_COMPILE_CACHE=/var/cache/medusa/node
        Environment=NODE_OPTIONS=--max-semi-space-size=32
        EnvironmentFile=/opt/medusa/instances/%i/current/env
        WorkingDirectory=/opt/medusa/instances/%i/current
        ExecStart=/opt/node/current/bin/node node_modules/@medusajs/cli/cli.js start --port %i
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
        ReadWritePaths=/opt/medusa/shared/uploads
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

        """);

    [Fact]
    public void The_deploy_user_of_a_backend_host_may_run_systemctl_for_its_own_instances()
    {
        var role = new BackendRole(new HostLayout("/opt/medusa"), "deploy", [9001]);

        Sudoers.Text("deploy", [.. role.AllowedCommands], [.. role.AllowedPrograms]).ShouldBe(
            """
            # What OpticWorks may do as root on this host. Written by Provision.
            Cmnd_Alias OPTICWORKS = \
                /usr/bin/systemctl start medusa@9001.service, \
                /usr/bin/systemctl stop medusa@9001.service, \
                /usr/bin/systemctl restart medusa@9001.service, \
                /usr/bin/systemctl enable medusa@9001.service, \
                /usr/bin/systemctl disable medusa@9001.service, \
                /usr/bin/systemctl is-active medusa@9001.service, \
                /usr/bin/systemctl status medusa@9001.service, \
                /usr/bin/systemctl show medusa@9001.service
            Defaults!OPTICWORKS noexec
            Cmnd_Alias OPTICWORKS_PROGRAMS = \
                /usr/local/lib/opticworks/instance 9001 restart, \
                /usr/local/lib/opticworks/instance 9001 serve, \
                /usr/local/lib/opticworks/instance 9001 folder
            deploy ALL=(root) NOPASSWD: OPTICWORKS, OPTICWORKS_PROGRAMS

            """);
    }

    [Fact]
    public void PostgreSQL_lets_in_exactly_the_backend_hosts() => DatabaseRole.HostBasedAuthentication(SampleStore.Environment).ShouldBe(
        """
        # Written by Provision of OpticWorks.
        # type  database  user  address  method
        local  all  all  peer
        host  all  "medusa"  127.0.0.1/32  scram-sha-256
        host  all  "medusa"  ::1/128  scram-sha-256
        host  "medusa-staging"  "medusa"  10.0.1.11/32  scram-sha-256
        host  "medusa-staging"  "medusa"  fd00::12/128  scram-sha-256

        """);

    [Fact]
    public void PostgreSQL_cannot_let_in_a_host_without_an_IP_address()
    {
        var environment = SampleStore.Environment with { Hosts = [new BackendHost { Name = "api-1", Address = "web1", Instances = [9001] }] };

        Should.Throw<OperationException>(() => DatabaseRole.HostBasedAuthentication(environment))
            .Message.ShouldBe("PostgreSQL lets hosts in by IP address, and api-1 has \"web1\"");
    }

    [Fact]
    public void PostgreSQL_listens_on_its_address() => DatabaseRole.Settings(SampleStore.Environment.Database).ShouldBe(
        """
        # Written by Provision of OpticWorks.
        listen_addresses = 'localhost, 10.0.1.20'
        port = 5432
        password_encryption = 'scram-sha-256'

        """);

    [Theory]
    [InlineData("10.0.1.20:6380", "127.0.0.1 -::1 10.0.1.20", 6380)]
    [InlineData("127.0.0.1:6379", "127.0.0.1 -::1", 6379)]
    [InlineData("[fd00::20]:6379", "127.0.0.1 -::1 fd00::20", 6379)]
    [InlineData("redis.internal:6379", "* -::*", 6379)]
    public void Redis_listens_on_its_address(string address, string bind, int port) => RedisRole.Text(address).ShouldBe(
        $"""
        # Written by Provision of OpticWorks.
        bind {bind}
        port {port}
        protected-mode yes
        maxmemory-policy noeviction
        include /etc/redis/opticworks-password.conf

        """);
}
