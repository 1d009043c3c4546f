using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>The journal on a host, run for real in a folder.</summary>
public sealed class HostJournalTests : IDisposable
{
    private static readonly OperationId Operation = OperationId.Parse("DeployBackend-20261122-141203-0f3a9c");

    private readonly ShellHost _host = new();

    private string JournalPath => _host.At($"journal/{Operation}.jsonl");

    private HostJournal Open(long token, long lines) => new(_host, Operation, token, lines, text => text.Replace("hunter2", "***"), null, _host.Folder);

    private Task<JournalState> ReadAsync() => new Journals(_host, _host.Folder).ReadAsync(Operation, CancellationToken.None);

    public void Dispose() => _host.Dispose();

    internal static JournalEntry Begun { get; } = new(JournalEvent.Begun)
    {
        Header = new JournalHeader(Operation.Text, "DeployBackend", "staging", "mara", "laptop", "r-1", new Dictionary<string, string> { ["previous"] = "r-0" }),
    };

    private static JournalEntry Entry(JournalEvent what, string step = "switch api-1:9001", string? text = null) => new(what) { Step = step, Text = text };

    private static async Task WriteAsync(HostJournal journal, params JournalEntry[] entries)
    {
        foreach (var entry in entries)
            await journal.AppendAsync(entry, CancellationToken.None);
    }

    [Fact]
    public async Task What_is_written_is_read_with_numbers_tokens_and_times_of_the_host()
    {
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent), Entry(JournalEvent.Done, text: "it's \"$(id)\"\né 木; password hunter2"));

        var lines = JournalText.Parse(File.ReadAllText(JournalPath), "x");
        lines.Select(line => (line.Sequence, line.Token, line.Entry.Event)).ShouldBe([(1, 7, JournalEvent.Begun), (2, 7, JournalEvent.Intent), (3, 7, JournalEvent.Done)]);
        lines[2].Entry.Text.ShouldBe("it's \"$(id)\"\né 木; password ***");
        lines.ShouldAllBe(line => (DateTimeOffset.UtcNow - line.At).Duration() < TimeSpan.FromMinutes(5));
        var state = await ReadAsync();
        state.Header!.Parameters["previous"].ShouldBe("r-0");
        (state.Of("switch api-1:9001"), state.Remaining, state.Lines).ShouldBe((StepState.Done, Remaining.ContinueOrUndo, 3));
    }

    [Fact]
    public async Task A_process_that_lost_the_lease_cannot_write()
    {
        var old = Open(7, 0);
        await WriteAsync(old, Begun, Entry(JournalEvent.Intent));
        await WriteAsync(Open(8, 2), new JournalEntry(JournalEvent.Resumed) { By = "joe@desk" });

        await Should.ThrowAsync<FencedOffException>(() => old.AppendAsync(Entry(JournalEvent.Done), CancellationToken.None));

        (await ReadAsync()).Lines.ShouldBe(3);
    }

    [Fact]
    public async Task A_process_that_does_not_know_the_last_line_cannot_write()
    {
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent));

        var error = await Should.ThrowAsync<OperationException>(() => Open(7, 1).AppendAsync(Entry(JournalEvent.Done), CancellationToken.None));

        (error.ExitCode, error.Seen).ShouldBe((ExitCodes.FailedAndNotUndone, "its last line is 2, ours was 1"));
        await Should.ThrowAsync<OperationException>(() => Open(7, 0).AppendAsync(Begun, CancellationToken.None));
        await Should.ThrowAsync<OperationException>(() => Open(7, 5).AppendAsync(Begun, CancellationToken.None));
    }

    [Fact]
    public async Task Parallel_steps_write_whole_lines_in_one_order()
    {
        var journal = Open(7, 0);
        await WriteAsync(journal, Begun);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => journal.AppendAsync(Entry(JournalEvent.Intent, $"stage api-{number}"), CancellationToken.None)));

        (await ReadAsync()).Steps.Count.ShouldBe(12);
    }

    /// <summary>Wherever the last line was torn (kill, power, full disk), the journal reads as before it, and goes on.</summary>
    [Fact]
    public async Task A_torn_last_line_counts_for_nothing_and_is_replaced()
    {
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent), Entry(JournalEvent.Done));
        var whole = await File.ReadAllTextAsync(JournalPath);
        var last = whole.TrimEnd('\n').LastIndexOf('\n') + 1;

        foreach (var length in new[] { last + 1, last + 9, last + (whole.Length - last) / 2, whole.Length - 2, whole.Length - 1 })
        {
            await File.WriteAllTextAsync(JournalPath, whole[..length]);
            var state = await ReadAsync();
            (state.Lines, state.Of("switch api-1:9001")).ShouldBe((2, StepState.Begun));
            await WriteAsync(Open(8, state.Lines), new JournalEntry(JournalEvent.Resumed) { By = "joe@desk" });
            (await ReadAsync()).Lines.ShouldBe(3);
        }

        await File.WriteAllTextAsync(JournalPath, whole[..last] + "\0\0\0\0\n");
        (await ReadAsync()).Lines.ShouldBe(2);
        await WriteAsync(Open(8, 2), Entry(JournalEvent.Done));
        (await ReadAsync()).Of("switch api-1:9001").ShouldBe(StepState.Done);

        await File.WriteAllTextAsync(JournalPath, whole[..20]);
        (await ReadAsync()).Header.ShouldBeNull();
        await WriteAsync(Open(8, 0), Begun);
        (await ReadAsync()).Header.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_damaged_line_in_the_middle_is_an_error_that_names_it()
    {
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent), Entry(JournalEvent.Done));
        var lines = await File.ReadAllLinesAsync(JournalPath);
        lines[1] = lines[1][..^1];
        await File.WriteAllTextAsync(JournalPath, string.Join('\n', lines) + '\n');

        var error = await Should.ThrowAsync<OperationException>(ReadAsync);

        (error.ExitCode, error.Message).ShouldBe((ExitCodes.FailedAndNotUndone, "The journal is damaged in line 2: it is no journal line"));
        error.Where.ShouldBe($"lb:./journal/{Operation}.jsonl:2");
    }

    [Fact]
    public async Task A_line_that_does_not_fit_on_the_disk_is_an_error_and_counts_for_nothing()
    {
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent));
        var full = JournalCommands.Append(_host.Folder, Operation, 3, 7, JournalText.Fields(Entry(JournalEvent.Done, text: new string('x', 1500))));
        var limited = Operations.Hosts.ShellCommand.Script("""trap '' XFSZ; ulimit -f 1; exec bash -c "$1" """, full.ToString());

        var result = await _host.RunAsync(limited);

        result.Succeeded.ShouldBeFalse();
        (await File.ReadAllTextAsync(JournalPath)).ShouldEndWith("xxx");
        (await ReadAsync()).Lines.ShouldBe(2);
        await WriteAsync(Open(7, 2), Entry(JournalEvent.Done));
        (await ReadAsync()).Of("switch api-1:9001").ShouldBe(StepState.Done);
    }

    [Fact]
    public async Task Journals_are_listed_in_order_and_unfinished_ones_are_known()
    {
        (await new Journals(_host, _host.Folder).ListAsync(CancellationToken.None)).ShouldBeEmpty();
        var finished = OperationId.Parse("Rollback-20261121-000000-000000");
        await WriteAsync(Open(7, 0), Begun, Entry(JournalEvent.Intent));
        await WriteAsync(new HostJournal(_host, finished, 7, 0, text => text, null, _host.Folder), Begun, new JournalEntry(JournalEvent.Finished) { Result = JournalResult.Done });

        (await new Journals(_host, _host.Folder).ListAsync(CancellationToken.None)).ShouldBe([new JournalName(finished, true), new JournalName(Operation, false)]);
    }

    /// <summary>A full disk or a power failure while an operation's first line was written: it never began, and is in no other's way.</summary>
    [Fact]
    public async Task What_has_no_whole_header_is_no_journal()
    {
        await WriteAsync(Open(7, 0), Begun);
        var header = await File.ReadAllTextAsync(JournalPath);
        foreach (var torn in new[] { "", header[..20], header[..^1] })
        {
            await File.WriteAllTextAsync(JournalPath, torn);
            (await new Journals(_host, _host.Folder).ListAsync(CancellationToken.None)).ShouldBeEmpty();
        }

        await File.WriteAllTextAsync(JournalPath, header);
        (await new Journals(_host, _host.Folder).ListAsync(CancellationToken.None)).ShouldBe([new JournalName(Operation, false)]);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("DeployBackend-20261122-141203-0f3a9c\n")]
    [InlineData("")]
    public void What_is_no_operations_id_is_refused(string text) =>
        Should.Throw<OperationException>(() => OperationId.Parse(text)).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public void A_new_id_says_what_and_when()
    {
        var id = OperationId.New("DeployBackend", new DateTimeOffset(2026, 11, 22, 14, 12, 3, TimeSpan.Zero));
        id.Text.ShouldStartWith("DeployBackend-20261122-141203-");
        id.Kind.ShouldBe("DeployBackend");
        OperationId.Parse(id.Text).ShouldBe(id);
    }
}
