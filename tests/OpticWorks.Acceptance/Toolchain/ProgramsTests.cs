using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Toolchain;

/// <summary>Each program, from PATH or installed, does its work from where it lies.</summary>
public sealed class ProgramsTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Pnpm_runs_on_node_22_and_so_do_its_children()
    {
        var pnpm = await _workspace.SharedAsync(PinnedProgram.Pnpm);
        await File.WriteAllTextAsync(_workspace.At("package.json"), """
            { "name": "probe", "packageManager": "pnpm@9.1.0", "scripts": { "probe": "node --version && pnpm --version" } }
            """);
        var output = await _workspace.RunAsync(pnpm.Command("--silent", "run", "probe"));
        output.ShouldContain("v22.");
        output.ShouldContain("10.34.9");
    }

    [Fact]
    public async Task Wrangler_bundles_a_worker()
    {
        var wrangler = await _workspace.SharedAsync(PinnedProgram.Wrangler);
        await File.WriteAllTextAsync(_workspace.At("wrangler.jsonc"), """{ "name": "probe", "main": "index.js", "compatibility_date": "2026-01-01" }""");
        await File.WriteAllTextAsync(_workspace.At("index.js"), "export default { fetch: () => new Response('bundled') }");
        await _workspace.RunAsync(wrangler.Command("deploy", "--dry-run", "--outdir", "out"));
        (await File.ReadAllTextAsync(_workspace.At("out/index.js"))).ShouldContain("bundled");
    }

    [Fact]
    public async Task PostgreSql_serves_and_dumps_compressed_with_zstd()
    {
        var directory = (await _workspace.SharedAsync(PinnedProgram.PostgreSql)).Directory;
        var (data, dump) = (_workspace.At("data"), _workspace.At("dump"));
        LocalCommand Program(string name, params IReadOnlyList<string> arguments) => new(Path.Combine(directory, name), arguments);

        await _workspace.RunAsync(NotRoot(Program("initdb", "--no-sync", "--auth=trust", "--username=probe", "--locale-provider=icu", "--icu-locale=en", data)));
        await _workspace.RunAsync(NotRoot(Program("pg_ctl", "--wait", "-D", data, "-l", _workspace.At("log"),
            "-o", $"-c listen_addresses= -c unix_socket_directories={_workspace.Root} -c fsync=off", "start")));
        try
        {
            string[] connection = ["--host", _workspace.Root, "--username", "probe"];
            var answer = await _workspace.RunAsync(Program("psql",
                [.. connection, "--dbname=postgres", "-AtXc", "create extension pg_trgm", "-c", "select similarity('lens', 'lenses') > 0"]));
            answer.ShouldContain("t");
            await _workspace.RunAsync(Program("pg_dump", [.. connection, "--format=custom", "--compress=zstd:3", "--file", dump, "postgres"]));
            (await _workspace.RunAsync(Program("pg_restore", "--list", dump))).ShouldContain("pg_trgm");
        }
        finally
        {
            await _workspace.RunAsync(NotRoot(Program("pg_ctl", "--wait", "-m", "immediate", "-D", data, "stop")));
        }
    }

    [Fact]
    public async Task Redis_answers()
    {
        var redis = await _workspace.SharedAsync(PinnedProgram.Redis);
        var socket = _workspace.At("redis.sock");
        using var stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource();
        var server = LocalProcess.RunAsync(
            redis.Command("--port", "0", "--unixsocket", socket, "--save", "") with { WorkingDirectory = _workspace.Root, Limit = TimeSpan.FromSeconds(60) },
            line => { if (line.Contains("ready to accept", StringComparison.Ordinal) || line.Contains("now ready", StringComparison.Ordinal)) ready.TrySetResult(); },
            stop.Token);
        await Task.WhenAny(ready.Task, server);
        (await _workspace.RunAsync(new LocalCommand(Path.Combine(redis.Directory, "redis-cli"), "-s", socket, "ping"))).Trim().ShouldBe("PONG");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => server);
    }

    [Fact]
    public async Task HAProxy_accepts_a_configuration_with_its_exporter()
    {
        var haproxy = await _workspace.SharedAsync(PinnedProgram.HAProxy);
        await File.WriteAllTextAsync(_workspace.At("haproxy.cfg"), """
            defaults
              mode http
              timeout connect 1s
              timeout client 1s
              timeout server 1s
            frontend metrics
              bind 127.0.0.1:18404
              http-request use-service prometheus-exporter

            """);
        await _workspace.RunAsync(haproxy.Command("-c", "-f", _workspace.At("haproxy.cfg")));
    }

    [Fact]
    public async Task OpenSsh_makes_keys_and_reads_configuration()
    {
        var ssh = await _workspace.SharedAsync(PinnedProgram.OpenSsh);
        await _workspace.RunAsync(new LocalCommand(Path.Combine(ssh.Directory, "ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", _workspace.At("key")));
        File.Exists(_workspace.At("key.pub")).ShouldBeTrue();
        (await _workspace.RunAsync(ssh.Command("-G", "-F", "none", "-p", "2222", "host.invalid"))).ShouldContain("port 2222");
    }

    [Fact]
    public async Task Zstd_gives_back_what_it_took()
    {
        var zstd = await _workspace.SharedAsync(PinnedProgram.Zstd);
        await File.WriteAllTextAsync(_workspace.At("text"), new string('a', 100_000));
        await _workspace.RunAsync(zstd.Command("-q", _workspace.At("text"), "-o", _workspace.At("small")));
        await _workspace.RunAsync(zstd.Command("-q", "-d", _workspace.At("small"), "-o", _workspace.At("again")));
        (await File.ReadAllTextAsync(_workspace.At("again"))).Length.ShouldBe(100_000);
        new FileInfo(_workspace.At("small")).Length.ShouldBeLessThan(1000);
    }

    [RootFact]
    public async Task SystemdNspawn_runs_a_command_in_a_container()
    {
        var nspawn = await _workspace.SharedAsync(PinnedProgram.SystemdNspawn);
        var root = Directory.CreateDirectory(_workspace.At("root")).FullName;
        foreach (var folder in new[] { "usr", "etc", "proc", "sys", "dev", "run", "tmp", "var", "root" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        foreach (var link in new[] { "bin", "sbin", "lib", "lib64" })
            File.CreateSymbolicLink(Path.Combine(root, link), $"usr/{link}");
        var output = await _workspace.RunAsync(nspawn.Command("-q", "-D", root, "--bind-ro=/usr", "--register=no", "--keep-unit",
            $"--machine=probe-{Environment.ProcessId}", "--private-network", "--console=pipe", "/bin/sh", "-c", "echo pid $$; hostname 2>/dev/null || cat /proc/sys/kernel/hostname"));
        output.ShouldContain("pid 1");
        output.ShouldContain($"probe-{Environment.ProcessId}");
    }

    [Fact]
    public async Task Debootstrap_finds_its_scripts_and_the_machine_its_mirror()
    {
        var debootstrap = await _workspace.SharedAsync(PinnedProgram.Debootstrap);
        (await _workspace.RunAsync(debootstrap.Command("--version"))).ShouldContain(debootstrap.Version);
        if (debootstrap.Environment.TryGetValue("DEBOOTSTRAP_DIR", out var folder))
            File.Exists(Path.Combine(folder!, "scripts", "bookworm")).ShouldBeTrue();
        // That it makes a whole system from this mirror is what the rehearsal's images show.
        new Uri((await DebianMirror.OfThisMachineAsync(default)).Archive).IsAbsoluteUri.ShouldBeTrue();
    }

    /// <summary>The PostgreSQL server refuses root; a user namespace gives root another number without another owner of the files.</summary>
    private static LocalCommand NotRoot(LocalCommand command) => Environment.IsPrivilegedProcess
        ? new LocalCommand("unshare", ["--user", "--map-user=1000", "--map-group=1000", "--", command.Program, .. command.Arguments])
        : command;
}
