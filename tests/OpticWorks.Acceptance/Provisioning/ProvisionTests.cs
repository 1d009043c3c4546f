using OpticWorks.Operations;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Acceptance.Provisioning;

/// <summary>Bare machines become the store's machines, stay so, and are repaired.</summary>
[Collection(nameof(SharedStore))]
public sealed class ProvisionTests(StoreMachines machines)
{
    private readonly StoreUnderProvision _store = new(machines);

    [Fact]
    public void Planning_touches_nothing()
    {
        machines.FirstPlan.IsEmpty.ShouldBeFalse();
        machines.FirstPlan.Hosts.Select(host => host.Host).ShouldBe(["lb", "api-1", "api-2", "db"]);
        machines.AroundPlan.After.ShouldBe(machines.AroundPlan.Before);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        const string Starts = "systemctl show -p Id -p StateChangeTimestampMonotonic haproxy redis-server postgresql@17-main";
        var files = await _store.FilesAsync();
        var units = await Task.WhenAll(new[] { "lb", "db" }.Select(machine => _store.AsRootAsync(machine, Starts)));

        var plan = await _store.ProvisionAsync();

        plan.IsEmpty.ShouldBeTrue(Text(plan));
        (await _store.FilesAsync()).ShouldBe(files);
        (await Task.WhenAll(new[] { "lb", "db" }.Select(machine => _store.AsRootAsync(machine, Starts))))
            .Select(answer => answer.Output).ShouldBe(units.Select(answer => answer.Output));
    }

    [Fact]
    public void No_secret_is_planned_narrated_or_said()
    {
        var text = Text(machines.FirstPlan) + string.Join('\n', machines.FirstLines);

        text.ShouldNotContain("p4ss");
        text.ShouldNotContain("r3d");
        text.ShouldNotContain("SCRAM-SHA-256$");
    }

    [Fact]
    public async Task The_database_lets_in_the_backend_hosts_with_the_password_and_nobody_else()
    {
        var address = machines.Address("db");

        (await Psql("api-1", StoreUnderProvision.DatabasePassword)).Output.ShouldBe("medusa|on|UTF8|C.UTF-8\n");
        (await Psql("api-2", "wrong")).Error.ShouldContain("password authentication failed");
        (await Psql("lb", StoreUnderProvision.DatabasePassword)).Error.ShouldContain("no pg_hba.conf entry");
        var log = await _store.AsRootAsync("db", "cat /var/log/postgresql/*.log; journalctl --no-pager -u postgresql@17-main");
        log.Output.ShouldContain("database system is ready");
        log.Output.ShouldNotContain("p4ss");
        log.Output.ShouldNotContain("SCRAM-SHA-256$");

        Task<Operations.Hosts.HostResult> Psql(string machine, string password) => _store.Connect(machine, "root").RunAsync(
            Operations.Hosts.ShellCommand.Script(
                """
                read -r PGPASSWORD; export PGPASSWORD
                psql -XAt -h "$1" -U medusa -d medusa-local -c "select current_user, current_setting('data_checksums'), current_setting('server_encoding'), datcollate from pg_database where datname = current_database()"
                """, address),
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(password + "\n")));
    }

    [Fact]
    public async Task Redis_wants_the_password_and_never_evicts()
    {
        var script = $"redis-cli -h {machines.Address("db")} config get maxmemory-policy";

        (await _store.AsRootAsync("api-1", script)).Output.ShouldContain("NOAUTH");
        var known = await _store.Connect("api-1", "root").RunAsync(
            Operations.Hosts.ShellCommand.Script($"read -r REDISCLI_AUTH; export REDISCLI_AUTH; {script}"),
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(StoreUnderProvision.RedisPassword + "\n")));
        known.Output.ShouldBe("maxmemory-policy\nnoeviction\n", known.Error);
    }

    [Fact]
    public async Task What_was_damaged_is_shown_and_repaired()
    {
        await _store.AsRootAsync("api-1",
            """
            sed -i 's/^RestartSec=1$/RestartSec=60/' /etc/systemd/system/medusa@.service
            chmod 0777 /opt/medusa/releases
            ln -sfn 18.0.0 /opt/node/current
            printf x >>"/opt/node/$(ls /opt/node | grep -v current | head -n 1)/bin/node"
            usermod -s /bin/sh deploy
            : >/home/deploy/.ssh/authorized_keys
            """);
        await _store.AsRootAsync("db",
            """
            sed -i 's/scram-sha-256$/trust/' /etc/postgresql/17/main/pg_hba.conf
            cd /; runuser -u postgres -- psql -qc "alter role medusa password 'other'" -c 'alter role medusa nocreatedb'
            """);

        var plan = await _store.ProvisionAsync();

        var api = plan.Hosts[1].Changes;
        api.Select(change => change.Resource.Split(' ')[0]).ShouldBe(["user", "authorized", "directory", "program", "link", "file", "systemd's"]);
        api.Single(change => change.Resource.StartsWith("directory", StringComparison.Ordinal)).Summary.ShouldBe("mode 2777 → 2755");
        api.Single(change => change.Resource.StartsWith("file", StringComparison.Ordinal)).Diff.ShouldContain("-RestartSec=60\n+RestartSec=1\n");
        plan.Hosts[3].Changes.Select(change => $"{change.Resource}: {change.Summary}").ShouldBe(
        [
            "file /etc/postgresql/17/main/pg_hba.conf: contents changed",
            "unit postgresql@17-main.service: reload (/etc/postgresql/17/main/pg_hba.conf changes)",
            "PostgreSQL role medusa: password changed, may log in and create databases",
        ]);
        (await _store.Provisioner().PlanAsync(CancellationToken.None)).IsEmpty.ShouldBeTrue();
        (await _store.AsDeployAsync("api-1", "/opt/node/current/bin/node --version")).Output.Trim().TrimStart('v')
            .ShouldBe(machines.Node.Version.TrimStart('v'));
    }

    [Fact]
    public async Task A_configuration_that_HAProxy_refuses_never_replaces_the_old_one()
    {
        const string Look = "sha256sum /etc/haproxy/haproxy.cfg; systemctl show -P MainPID haproxy; ls -A /etc/haproxy";
        var before = (await _store.AsRootAsync("lb", Look)).Output;
        var environment = _store.Environment with
        {
            Hosts = [_store.Environment.Hosts[0], _store.Environment.Hosts[1] with { Instances = [9001, 9001] }],
        };
        var provisioner = _store.Provisioner(environment);
        var plan = await provisioner.PlanAsync(CancellationToken.None);

        var refused = await Should.ThrowAsync<OperationException>(() => provisioner.ApplyAsync(plan, CancellationToken.None));

        refused.Message.ShouldBe("lb: file /etc/haproxy/haproxy.cfg failed");
        refused.ExitCode.ShouldBe(ExitCodes.FailedAndNotUndone);
        refused.Seen.ShouldNotBeNull().ShouldContain("api-2-9001");
        refused.Undone.ShouldNotBeNull().ShouldContain("api-2: file /etc/sudoers.d/opticworks");
        refused.Next.ShouldNotBeNull().ShouldStartWith("./build.sh Provision --environment local");
        (await _store.AsRootAsync("lb", Look)).Output.ShouldBe(before);
        await _store.ProvisionAsync();
    }

    [Fact]
    public async Task Weights_and_drains_survive_a_reload_and_a_restart_but_not_a_crash()
    {
        const string Ask = "echo 'get weight medusa/api-1-9001' | socat - /run/haproxy/admin.sock";

        var reloaded = await _store.AsDeployAsync("lb",
            $"echo 'set weight medusa/api-1-9001 37' | socat - /run/haproxy/admin.sock; sudo -n systemctl reload haproxy.service; {Ask}");
        reloaded.Output.Trim().ShouldBe("37 (initial 100)", reloaded.Error);
        (await _store.AsRootAsync("lb", $"systemctl restart haproxy; {Ask}")).Output.Trim().ShouldBe("37 (initial 100)");
        var crashed = await _store.AsRootAsync("lb",
            $"""
            systemctl reload haproxy
            pid=$(systemctl show -P MainPID haproxy); kill -9 $pid
            for i in $(seq 100); do new=$(systemctl show -P MainPID haproxy); [ $new = 0 ] || [ $new = $pid ] || break; sleep 0.05; done
            until systemctl -q is-active haproxy; do sleep 0.05; done
            {Ask}
            """);
        crashed.Output.Trim().ShouldBe("100 (initial 100)", crashed.Error);
    }

    [Theory]
    [InlineData("systemctl restart ssh.service")]
    [InlineData("systemctl start medusa@9003.service")]
    [InlineData("systemctl start medusa@9001.service ssh.service")]
    [InlineData("systemctl edit medusa@9001.service")]
    [InlineData("systemctl daemon-reload")]
    [InlineData("SYSTEMD_PAGER=id systemctl status medusa@9001.service")]
    [InlineData("-u medusa id")]
    [InlineData("-u postgres id")]
    [InlineData("bash")]
    [InlineData("cat /etc/shadow")]
    public async Task The_deploy_user_may_run_nothing_else_as_root(string command)
    {
        var refused = await _store.AsDeployAsync("api-1", $"sudo -n {command}");

        refused.ExitCode.ShouldBe(1);
        refused.Output.ShouldBeEmpty();
        refused.Error.ShouldContain("sudo:");
    }

    [Fact]
    public async Task An_instance_runs_as_the_service_user_in_its_release_and_can_write_uploads_only()
    {
        try
        {
            var started = await _store.AsDeployAsync("api-1",
                """
                release=/opt/medusa/releases/r-trial
                mkdir -p "$release/node_modules/@medusajs/cli"
                cat >"$release/node_modules/@medusajs/cli/cli.js" <<'JS'
                const fs = require("fs");
                const writes = (file) => { try { fs.writeFileSync(file, "x"); fs.rmSync(file); return true; } catch { return false; } };
                const answer = JSON.stringify({
                  arguments: process.argv.slice(2), user: require("os").userInfo().username, folder: process.cwd(), token: process.env.TOKEN,
                  uploads: writes(process.env.UPLOADS_DIR + "/x"), settings: (fs.mkdirSync(process.env.XDG_CONFIG_HOME, { recursive: true }), true),
                  release: writes("x"), node: writes("/opt/node/x"), etc: writes("/etc/x"), interfaces: Object.keys(require("os").networkInterfaces()).length > 0,
                });
                require("http").createServer((request, response) => response.end(answer)).listen(process.env.PORT);
                JS
                (umask 027; echo TOKEN=t0ken >"$release/env")
                stat -c '%U:%G %a' "$release/env"
                ln -sfn ../../releases/r-trial /opt/medusa/instances/9001/current
                sudo -n systemctl enable medusa@9001.service 2>/dev/null
                sudo -n systemctl start medusa@9001.service
                for i in $(seq 100); do curl -fsS http://127.0.0.1:9001/health 2>/dev/null && break; sleep 0.05; done
                """);

            started.Output.ShouldBe(
                """
                deploy:medusa 640
                {"arguments":["start","--port","9001"],"user":"medusa","folder":"/opt/medusa/releases/r-trial","token":"t0ken","uploads":true,"settings":true,"release":false,"node":false,"etc":false,"interfaces":true}

                """, started.Error);
            var balanced = await _store.AsRootAsync("lb",
                "for i in $(seq 100); do curl -fsS -D- -o /dev/null http://127.0.0.1:8080/ 2>/dev/null && break; sleep 0.1; done");
            balanced.Output.ShouldContain("x-server: api-1-9001");
            (await _store.Provisioner().PlanAsync(CancellationToken.None)).IsEmpty.ShouldBeTrue();
        }
        finally
        {
            await _store.AsDeployAsync("api-1",
                """
                sudo -n systemctl stop medusa@9001.service
                sudo -n systemctl disable medusa@9001.service
                rm -rf /opt/medusa/instances/9001/current /opt/medusa/releases/r-trial
                """);
        }
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        var verified = await _store.AsRootAsync("api-1", "systemd-analyze verify medusa@9001.service");

        verified.Succeeded.ShouldBeTrue();
        (verified.Output + verified.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_instance_without_a_release_does_not_start()
    {
        var started = await _store.AsDeployAsync("api-2", "sudo -n systemctl start medusa@9002.service");

        started.ExitCode.ShouldNotBe(0);
        (await _store.AsDeployAsync("api-2", "systemctl is-active medusa@9002.service")).Output.ShouldBe("inactive\n");
    }

    [Fact]
    public async Task A_run_that_breaks_off_anywhere_is_completed_by_the_next()
    {
        for (var commands = 0; commands < 6; commands++)
        {
            await _store.AsRootAsync("api-2",
                """
                rm -rf /etc/sudoers.d/opticworks /opt/node/current /opt/medusa/instances/9002
                chmod 0700 /var/lib/opticworks
                echo x >>/etc/systemd/system/medusa@.service
                """);
            var plan = await _store.Provisioner().PlanAsync(CancellationToken.None);
            plan.Hosts[2].Changes.Count.ShouldBe(6);
            var breaking = _store.Provisioner(wrap: host => host.Name == "api-2" ? new DroppingHost(host, commands) : host);

            var broken = await Should.ThrowAsync<OperationException>(() => breaking.ApplyAsync(plan, CancellationToken.None));

            broken.ExitCode.ShouldBe(commands == 0 ? ExitCodes.PreflightRefused : ExitCodes.FailedAndNotUndone);
            broken.Seen.ShouldBe("The connection to api-2 broke");
            // Reading unit files again is left out where systemd says that it has the newest.
            (await _store.ProvisionAsync()).Hosts[2].Changes.Count.ShouldBeInRange(Math.Max(0, 5 - commands), 6 - commands);
            (await _store.Provisioner().PlanAsync(CancellationToken.None)).IsEmpty.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_reload_that_was_never_reached_is_made_good()
    {
        await _store.AsRootAsync("lb", "echo '# x' >>/etc/haproxy/haproxy.cfg");
        var plan = await _store.Provisioner().PlanAsync(CancellationToken.None);
        plan.Hosts[0].Changes.Count.ShouldBe(2);
        var breaking = _store.Provisioner(wrap: host => host.Name == "lb" ? new DroppingHost(host, 1) : host);
        await Should.ThrowAsync<OperationException>(() => breaking.ApplyAsync(plan, CancellationToken.None));

        var next = await _store.ProvisionAsync();

        next.Hosts[0].Changes.ShouldHaveSingleItem().Summary
            .ShouldBe("reload (/etc/haproxy/haproxy.cfg is younger than its last start)");
        (await _store.Provisioner().PlanAsync(CancellationToken.None)).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_file_is_refused_and_never_followed()
    {
        await _store.AsRootAsync("api-2", "mv /etc/sudoers.d/opticworks /var/lib/kept; ln -s /etc/passwd /etc/sudoers.d/opticworks");
        try
        {
            var refused = await Should.ThrowAsync<OperationException>(() => _store.Provisioner().PlanAsync(CancellationToken.None));

            refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
            refused.Where.ShouldBe("api-2");
            refused.Seen.ShouldBe("/etc/sudoers.d/opticworks is a link to /etc/passwd, not a file");
        }
        finally
        {
            await _store.AsRootAsync("api-2", "mv -fT /var/lib/kept /etc/sudoers.d/opticworks");
        }
    }

    [Fact]
    public async Task A_user_who_may_use_sudo_provisions_as_root_does()
    {
        await _store.AsRootAsync("api-1",
            """
            id admin >/dev/null 2>&1 || useradd --create-home --password '*' --shell /bin/bash admin
            install -d -o admin -g admin -m 0700 /home/admin/.ssh
            install -o admin -g admin -m 0600 /home/deploy/.ssh/authorized_keys /home/admin/.ssh/authorized_keys
            echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin
            chmod 0750 /opt/medusa/shared
            """);
        try
        {
            var hosts = _store.Environment.Hosts;
            var environment = _store.Environment with { Hosts = [hosts[0] with { ProvisionUser = "admin" }, hosts[1]] };

            var plan = await _store.ProvisionAsync(environment);

            plan.Hosts[1].Changes.ShouldHaveSingleItem().Summary.ShouldBe("mode 0750 → 0755");
            (await _store.Provisioner(environment).PlanAsync(CancellationToken.None)).IsEmpty.ShouldBeTrue();
        }
        finally
        {
            await _store.Connect("api-1", "admin").CloseAsync();
            await _store.AsRootAsync("api-1", "rm -f /etc/sudoers.d/admin; pkill -KILL -u admin; sleep 0.1; userdel -r admin 2>/dev/null");
        }
    }

    private static string Text(ProvisionPlan plan) => string.Join('\n',
        plan.Hosts.SelectMany(host => host.Changes.Select(change => $"{host.Host} {change.Resource}: {change.Summary}\n{change.Diff}")));
}
