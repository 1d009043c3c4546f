using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>The OpenSSH client against a real sshd.</summary>
[Collection(nameof(SharedMachine))]
public sealed class HostTests(OneMachine machine)
{
    [Fact]
    public async Task A_cancelled_command_ends_on_the_host_with_its_children_and_others_go_on()
    {
        var folder = await machine.FolderAsync();
        using var cancel = new CancellationTokenSource();
        var other = machine.Host.RunAsync(ShellCommand.Script("""while [ ! -e "$1/go" ]; do sleep 0.05; done; echo other""", folder.Path));
        var running = machine.Host.RunAsync(ShellCommand.Script(
            """ps -o pgid= -p "$$" > "$1/group"; sleep 301 & (trap '' TERM; while :; do date +%s%N > "$1/tick"; sleep 0.02; done) & wait""", folder.Path), null, null, cancel.Token);
        await IsThereAsync($"{folder.Path}/tick");
        var group = (await machine.ReadAsync($"{folder.Path}/group")).Trim();
        (await machine.Host.RunAsync(ShellCommand.Of("ps", "-o", "sid=", "-p", group))).Output.Trim().ShouldBe(group, "sshd gives a command a session of its own");

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        (await machine.Host.RunAsync(ShellCommand.Of("pgrep", "-g", group))).Output.ShouldBe("");
        await machine.Host.RunAsync(ShellCommand.Of("touch", $"{folder.Path}/go"));
        (await other).Output.ShouldBe("other\n");
    }

    [Fact]
    public async Task A_command_cancelled_at_any_moment_leaves_nothing_behind()
    {
        var (folder, random) = (await machine.FolderAsync(), new Random(7));
        for (var i = 0; i < 40; i++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 60)));
            await Should.ThrowAsync<OperationCanceledException>(() => machine.Host.RunAsync(
                ShellCommand.Of("bash", "-c", "sleep 302; true", folder.Path), null, null, cancel.Token));
        }

        (await machine.Host.RunAsync(ShellCommand.Of("pgrep", "-f", "sleep 30[2]"))).Output.ShouldBe("");
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_the_old_file_and_no_part_of_the_new_one()
    {
        var folder = await machine.FolderAsync();
        await machine.Host.UploadAsync(new MemoryStream([1, 2, 3]), $"{folder.Path}/file", "0640");
        using var cancel = new CancellationTokenSource();
        using var slow = new SlowStream();

        var upload = machine.Host.UploadAsync(slow, $"{folder.Path}/file", "0640", cancel.Token);
        await IsThereAsync($"{folder.Path}/file.part.*");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => upload);

        (await machine.Host.RunAsync(ShellCommand.Script("""cd -- "$1"; stat -c '%n %s %a' -- *""", folder.Path))).Output.ShouldBe("file 3 640\n");
    }

    [Fact]
    public async Task Streams_outputs_and_exit_codes_arrive_unchanged()
    {
        var bytes = new byte[20_000_000];
        new Random(3).NextBytes(bytes);
        var folder = await machine.FolderAsync();
        await machine.Host.UploadAsync(new MemoryStream(bytes), $"{folder.Path}/big", "0644");
        var back = new MemoryStream();

        await machine.Host.StreamAsync(ShellCommand.Of("cat", $"{folder.Path}/big"), (stream, token) => stream.CopyToAsync(back, token));
        var failed = await machine.Host.RunAsync(ShellCommand.Script("echo out; echo err >&2; exit 255"));

        back.ToArray().ShouldBe(bytes);
        (failed.ExitCode, failed.Output, failed.Error).ShouldBe((255, "out\n", "err\n"));
        var killed = await machine.Host.RunAsync(ShellCommand.Script("kill -9 $$"));
        killed.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task What_keeps_a_host_from_being_spoken_to_is_told_apart()
    {
        var keys = Directory.CreateTempSubdirectory("ow-keys-");
        try
        {
            var stranger = Path.Combine(keys.FullName, "stranger");
            (await LocalProcess.RunAsync(new LocalCommand("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger))).OrFail("ssh-keygen");
            var words = (await File.ReadAllTextAsync(stranger + ".pub")).Split(' ');
            var changed = Path.Combine(keys.FullName, "changed");
            await File.WriteAllTextAsync(changed, $"{machine.Address} {words[0]} {words[1]}\n");
            var unknown = Path.Combine(keys.FullName, "unknown");
            await File.WriteAllTextAsync(unknown, "");

            await FailsAsync(machine.Connect(knownHosts: changed), HostFailure.HostKeyChanged, 4);
            await FailsAsync(machine.Connect(knownHosts: unknown), HostFailure.HostKeyUnknown, 2);
            await FailsAsync(machine.Connect(identity: stranger), HostFailure.KeyRefused, 2);
            await FailsAsync(machine.Connect(port: 23), HostFailure.Unreachable, 4);
        }
        finally
        {
            keys.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_while_a_command_runs_is_told_as_such()
    {
        var folder = await machine.FolderAsync();
        var client = machine.Connect();
        var running = client.RunAsync(ShellCommand.Script("""ps -o ppid= -p "$PPID" > "$1/ids"; echo "$PPID" >> "$1/ids"; touch "$1/begun"; sleep 303""", folder.Path));
        await IsThereAsync($"{folder.Path}/begun");

        // The command's parent is the shell that sshd started, or sshd's session process itself: the whole line of sshd processes goes.
        (await machine.Host.RunAsync(ShellCommand.Script("""for id in $(cat "$1/ids"); do if grep -q sshd "/proc/$id/comm"; then kill -9 "$id"; fi; done""", folder.Path))).OrFail("kill");

        (await Should.ThrowAsync<HostException>(() => running)).Failure.ShouldBe(HostFailure.Dropped);
        await machine.Host.RunAsync(ShellCommand.Of("pkill", "-f", "sleep 30[3]"));
    }

    /// <summary>Two runs of one user share a folder of connections: "Releases" in a second terminal while a deployment runs.</summary>
    [Fact]
    public async Task The_end_of_one_run_does_not_cut_what_another_runs()
    {
        var folder = await machine.FolderAsync();
        var sockets = Directory.CreateTempSubdirectory("ow-").FullName;
        SshHost[] runs = [.. Enumerable.Range(0, 2).Select(_ => OneMachine.Connect(machine.Client, machine.Address, machine.Environment.KnownHosts, machine.Environment.IdentityFile, sockets))];
        try
        {
            // The short run opens the connection that both use.
            (await runs[0].RunAsync(ShellCommand.Of("true"))).OrFail("true");
            var running = runs[1].RunAsync(ShellCommand.Script("""touch "$1/there"; while [ ! -e "$1/go" ]; do sleep 0.05; done; echo whole""", folder.Path));
            await IsThereAsync($"{folder.Path}/there");

            await runs[0].CloseAsync();

            await machine.Host.RunAsync(ShellCommand.Of("touch", $"{folder.Path}/go"));
            (await running).OrFail("the other run's command").Output.ShouldBe("whole\n");
            (await runs[1].RunAsync(ShellCommand.Of("true"))).OrFail("a new connection");
        }
        finally
        {
            await Task.WhenAll(runs.Select(run => run.CloseAsync()));
            Directory.Delete(sockets, recursive: true);
        }
    }

    [Fact]
    public async Task Forty_commands_at_once_all_run()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => machine.Host.RunAsync(ShellCommand.Script("sleep 0.2; echo \"$1\"", $"{number}"))));

        results.Select(result => result.Output).ShouldBe(Enumerable.Range(0, 40).Select(number => $"{number}\n"));
    }

    [Fact]
    public async Task A_tunnel_ends_with_the_program_that_opened_it_however_that_ends()
    {
        using var program = machine.Tunnel();
        var port = int.Parse((await program.UntilAsync("port "))[5..], CultureInfo.InvariantCulture);
        (await CarriesAsync(port)).ShouldBeTrue();
        await Task.Delay(TimeSpan.FromSeconds(1));
        (await CarriesAsync(port)).ShouldBeTrue();
        program.Kill();
        await Wait.UntilAsync("the tunnel is closed", async () => !await CarriesAsync(port));
    }

    private static async Task<bool> CarriesAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return await socket.GetStream().ReadAsync(new byte[1]) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static async Task FailsAsync(SshHost host, HostFailure failure, int exitCode)
    {
        var error = await Should.ThrowAsync<HostException>(() => host.RunAsync(ShellCommand.Of("true")));
        (error.Failure, error.ExitCode, error.Where).ShouldBe((failure, exitCode, "lb"), error.Message);
        error.Next.ShouldNotBeNullOrEmpty();
    }

    private Task IsThereAsync(string pattern) =>
        Wait.UntilAsync(pattern, async () => (await machine.Host.RunAsync(ShellCommand.Script($"compgen -G \"$1\" > /dev/null", pattern))).Succeeded);

    private sealed class SlowStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(20, cancellationToken);
            return Math.Min(buffer.Length, 1000);
        }
    }
}
