using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Processes;

public sealed class LocalProcessTests
{
    [Fact]
    public async Task Output_error_and_exit_code_come_back()
    {
        var result = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", "echo out; echo err >&2; exit 3"));

        (result.ExitCode, result.Output, result.Error).ShouldBe((3, "out\n", "err\n"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("quote ' and \" and $(id) ; `id`")]
    [InlineData("line\nbreak")]
    [InlineData("äöü → 木")]
    public async Task An_argument_arrives_as_it_is(string argument)
    {
        var result = await LocalProcess.RunAsync(new LocalCommand("printf", "%s", argument));

        result.Output.TrimEnd('\n').ShouldBe(argument);
    }

    [Fact]
    public async Task Standard_input_and_variables_reach_the_program()
    {
        var command = new LocalCommand("sh", "-c", "cat; printf %s \"$FLAVOUR\"")
        {
            StandardInput = "in ",
            Environment = new Dictionary<string, string?> { ["FLAVOUR"] = "amber" },
        };

        (await LocalProcess.RunAsync(command)).Output.ShouldBe("in amber\n");
    }

    [Fact]
    public async Task A_missing_program_is_a_configuration_error_that_names_it()
    {
        var error = await Should.ThrowAsync<OperationException>(
            () => LocalProcess.RunAsync(new LocalCommand("no-such-program-here")));

        (error.ExitCode, error.Message.Contains("no-such-program-here")).ShouldBe((ExitCodes.Configuration, true));
    }

    /// <summary>A terminal's Ctrl-C goes to the processes of a group, and a group is of one session.</summary>
    [Fact]
    public async Task A_program_apart_leads_a_session_of_its_own()
    {
        var command = new LocalCommand("/bin/sh", "-c", "read -r _ _ _ _ group session _ < /proc/$$/stat; echo $$ $group $session; exit 3") { Apart = true };

        var result = await LocalProcess.RunAsync(command);

        result.ExitCode.ShouldBe(3);
        result.Output.Trim().Split(' ').Distinct().ShouldHaveSingleItem();
        var other = await LocalProcess.RunAsync(command with { Apart = false });
        other.Output.Trim().Split(' ').Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Cancellation_ends_the_whole_tree()
    {
        using var cancel = new CancellationTokenSource();
        var child = new TaskCompletionSource<int>();
        var run = LocalProcess.RunAsync(new LocalCommand("sh", "-c", "sleep 300 & echo $!; wait"),
            line => child.TrySetResult(int.Parse(line)), cancel.Token);
        var pid = await child.Task;

        cancel.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(() => run);
        SpinWait.SpinUntil(() => !IsRunning(pid), TimeSpan.FromSeconds(10)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_that_ended_is_not_waited_for_because_another_holds_its_pipes()
    {
        var holder = 0;
        var run = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", "setsid sleep 300 & echo $!"), line => holder = int.Parse(line))
            .WaitAsync(TimeSpan.FromSeconds(60));

        using (var process = System.Diagnostics.Process.GetProcessById(holder))
            process.Kill();
        run.Output.ShouldBe($"{holder}\n");
    }

    [Fact]
    public async Task A_slow_reader_gets_all_of_it()
    {
        var bytes = 0L;
        await LocalProcess.PipeAsync(new LocalCommand("head", "-c", "500000", "/dev/zero"), null, async (output, token) =>
        {
            // Longer than the pipes of an ended program are kept open for nothing.
            await Task.Delay(TimeSpan.FromSeconds(3), token);
            var buffer = new byte[1 << 16];
            for (int count; (count = await output.ReadAsync(buffer, token)) > 0;)
                bytes += count;
        });

        bytes.ShouldBe(500_000);
    }

    [Fact]
    public async Task A_reader_that_has_enough_does_not_make_the_program_fail()
    {
        var result = await LocalProcess.PipeAsync(new LocalCommand("sh", "-c", "head -c 500000 /dev/zero && exit 7"), null,
            async (output, token) => await output.ReadExactlyAsync(new byte[10], token));

        result.ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task A_program_waits_for_a_reader_that_does_not_come()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var command = new LocalCommand("sh", "-c", "while :; do printf %01000d 0; echo x >> \"$1\"; done", "sh", folder.At("written"));
        var running = LocalProcess.PipeAsync(command, null, (_, token) => Task.Delay(Timeout.Infinite, token), null, cancel.Token);

        var (written, same) = (0L, 0);
        await Wait.UntilAsync("it stands still", async () =>
        {
            await Task.Delay(200);
            var before = written;
            written = File.Exists(folder.At("written")) ? new FileInfo(folder.At("written")).Length : 0;
            same = written == before && written > 0 ? same + 1 : 0;
            return same == 5;
        });

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_limit_ends_it_and_says_so()
    {
        var error = await Should.ThrowAsync<OperationException>(() => LocalProcess.RunAsync(
            new LocalCommand("sleep", "300") { Limit = TimeSpan.FromMilliseconds(100) }));

        error.Message.ShouldContain("sleep did not end within 0.1 s");
    }

    private static bool IsRunning(int pid)
    {
        var stat = $"/proc/{pid}/stat";
        try
        {
            return File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
