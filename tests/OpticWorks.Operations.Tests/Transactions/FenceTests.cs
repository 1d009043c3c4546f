using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>The fence, run for real in a folder.</summary>
public sealed class FenceTests : IDisposable
{
    private static readonly FenceTerms Quick = new(TimeSpan.FromSeconds(1));

    private readonly ShellHost _host = new("api-1");

    private FencedHost Fenced(long token, FenceTerms? terms = null) => _host.Fenced(token, terms, _host.Folder);

    private ShellCommand Append(string word) => ShellCommand.Script("""echo "$2" >> "$1" """, _host.At("effects"), word);

    private string[] Effects => File.Exists(_host.At("effects")) ? File.ReadAllLines(_host.At("effects")) : [];

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task An_older_holder_changes_nothing_once_a_newer_one_was_there()
    {
        (await Fenced(7).RunAsync(Append("seven"))).ExitCode.ShouldBe(0);
        (await Fenced(8).RunAsync(Append("eight"))).ExitCode.ShouldBe(0);

        var error = await Should.ThrowAsync<FencedOffException>(() => Fenced(7).RunAsync(Append("late")));
        await Should.ThrowAsync<FencedOffException>(() => Fenced(7).UploadAsync(new MemoryStream([1]), _host.At("file"), "0644"));

        error.Message.ShouldBe("api-1 has seen a newer holder of the lease (token 8; ours is 7): nothing was done there");
        error.ExitCode.ShouldBe(ExitCodes.FailedAndNotUndone);
        Effects.ShouldBe(["seven", "eight"]);
        File.Exists(_host.At("file")).ShouldBeFalse();
        File.ReadAllText(_host.At("fence")).ShouldBe("8\n");
    }

    [Fact]
    public async Task Commands_keep_their_input_output_and_exit_code()
    {
        var input = new byte[3_000_000];
        new Random(5).NextBytes(input);
        var output = new MemoryStream();

        var failed = await Fenced(1).RunAsync(ShellCommand.Script("echo out; echo err >&2; exit 97"));
        await Fenced(1).UploadAsync(new MemoryStream(input), _host.At("copy"), "0600");
        await Fenced(1).StreamAsync(ShellCommand.Of("cat", _host.At("copy")), (stream, token) => stream.CopyToAsync(output, token));

        (failed.ExitCode, failed.Output, failed.Error).ShouldBe((97, "out\n", "err\n"));
        output.ToArray().ShouldBe(input);
    }

    [Fact]
    public async Task Commands_of_one_holder_run_beside_each_other()
    {
        // Each waits for a file that the other makes.
        var meet = (string mine, string other) => ShellCommand.Script("""touch "$1"; for ((i = 0; i < 1000; i++)); do if [ -e "$2" ]; then exit 0; fi; sleep 0.02; done; exit 1""", _host.At(mine), _host.At(other));

        var results = await Task.WhenAll(Fenced(3).RunAsync(meet("a", "b")), Fenced(3).RunAsync(meet("b", "a")));

        results.ShouldAllBe(result => result.ExitCode == 0);
    }

    [Fact]
    public async Task A_newer_holder_waits_until_older_commands_have_ended()
    {
        var old = Fenced(1).RunAsync(ShellCommand.Script("""touch "$1"; while [ ! -e "$2" ]; do sleep 0.02; done; echo old >> "$3" """, _host.At("begun"), _host.At("go"), _host.At("effects")));
        await HoldsAsync("begun");
        var next = Fenced(2, new FenceTerms(TimeSpan.FromMinutes(1))).RunAsync(Append("new"));
        await HoldsAsync("fence", "2\n");
        (await Task.WhenAny(next, Task.Delay(200))).ShouldNotBe(next);

        File.WriteAllText(_host.At("go"), "");
        await Task.WhenAll(old, next);

        Effects.ShouldBe(["old", "new"]);
        Directory.GetFiles(_host.At("fence.d")).Select(Path.GetFileName).ShouldBe(["2"]);
    }

    [Fact]
    public async Task An_older_command_that_does_not_end_is_ended_with_all_its_children_even_when_it_ignores_it()
    {
        var old = Fenced(1).RunAsync(ShellCommand.Script(
            """trap '' TERM; touch "$1"; (trap '' TERM; while :; do sleep 0.05; date +%N > "$2"; done) & wait""", _host.At("begun"), _host.At("ticks")));
        await HoldsAsync("ticks");

        await Fenced(2, Quick).RunAsync(Append("new"));

        var ticks = File.ReadAllText(_host.At("ticks"));
        (await old).Succeeded.ShouldBeFalse();
        await Task.Delay(200);
        File.ReadAllText(_host.At("ticks")).ShouldBe(ticks);
        Effects.ShouldBe(["new"]);
    }

    [Fact]
    public async Task An_older_command_whose_input_never_comes_is_ended()
    {
        using var pipe = new NeverEnding();
        using var stop = new CancellationTokenSource();
        var old = Fenced(1).RunAsync(SshHost.UploadCommand(_host.At("file"), "0644"), pipe, null, stop.Token);
        await HoldsAsync("fence");

        await Fenced(2, Quick).RaiseAsync(CancellationToken.None);

        File.Exists(_host.At("file")).ShouldBeFalse();
        await stop.CancelAsync();
        await Task.WhenAny(old);
    }

    [Fact]
    public async Task Many_holders_at_once_never_act_in_the_wrong_order()
    {
        var tokens = Enumerable.Range(1, 16).OrderBy(token => token * 7 % 17).ToList();

        await Task.WhenAll(tokens.Select(async token =>
        {
            try
            {
                await Fenced(token).RunAsync(Append($"{token}"));
            }
            catch (FencedOffException)
            {
                // A newer one was there first.
            }
        }));

        Effects.Select(int.Parse).ShouldBeInOrder(SortDirection.Ascending);
        Effects[^1].ShouldBe("16");
    }

    [Fact]
    public async Task A_damaged_fence_lets_nobody_in()
    {
        File.WriteAllText(_host.At("fence"), "");

        (await Should.ThrowAsync<OperationException>(() => Fenced(1).RunAsync(Append("x")))).Message.ShouldBe("The fence of api-1 is unreadable");

        Effects.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_fences_are_raised_or_every_host_that_could_not_is_named()
    {
        using var second = new ShellHost("api-2") { Unreachable = true };
        using var third = new ShellHost("api-3") { Unreachable = true };

        var error = await Should.ThrowAsync<OperationException>(() =>
            Fence.RaiseAsync(new HostGroup([_host, second, third]), 9, null, _host.Folder, CancellationToken.None));

        error.Where.ShouldBe("api-2, api-3");
        File.ReadAllText(_host.At("fence")).ShouldBe("9\n");
    }

    private Task HoldsAsync(string file, string? text = null) =>
        Wait.UntilAsync(file, () => File.Exists(_host.At(file)) && (text is null || File.ReadAllText(_host.At(file)) == text));

    /// <summary>An input like that of a client that was stopped.</summary>
    private sealed class NeverEnding : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
