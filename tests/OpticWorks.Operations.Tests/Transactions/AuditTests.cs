using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Audits;

namespace OpticWorks.Operations.Tests.Transactions;

public sealed class AuditTests : IDisposable
{
    private readonly ShellHost _control = new();
    private readonly ShellHost _other = new("api-1");
    private readonly Recorder _narrator = new();

    public void Dispose()
    {
        _control.Dispose();
        _other.Dispose();
    }

    /// <summary>Lines as the host writes them.</summary>
    private static List<string> Chain(int length)
    {
        var lines = new List<string>();
        var previous = new string('0', 64);
        for (var i = 1; i <= length; i++)
        {
            lines.Add($"{{\"seq\":{i},\"prev\":\"{previous}\",\"at\":{1795357923000 + i},\"who\":\"mara@laptop\",\"what\":\"Act\",\"operation\":\"\",\"result\":\"r{i}\",\"reason\":\"\"}}");
            previous = AuditChain.Hash(lines[^1]);
        }

        return lines;
    }

    private static AuditVerdict Verify(List<string> lines, params AuditHead[] heads) => AuditChain.Verify(string.Concat(lines.Select(line => line + "\n")), heads);

    private static AuditHead Head(List<string> lines) => new("api-1", lines.Count, AuditChain.Hash(lines[^1]));

    [Fact]
    public void A_whole_chain_is_whole_and_an_empty_one_too()
    {
        var lines = Chain(5);
        Verify(lines, Head(lines)).IsWhole.ShouldBeTrue();
        Verify(lines, Head(lines)).Lines.Select(line => line.Entry.Result).ShouldBe(["r1", "r2", "r3", "r4", "r5"]);
        AuditChain.Verify("", []).IsWhole.ShouldBeTrue();
        AuditChain.Verify(string.Join('\n', lines) + "\n{\"seq\":6,\"pr", [Head(lines)]).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void Any_change_to_any_line_is_found_at_that_line()
    {
        var changes = from length in Gen.Choose(1, 12)
                      from line in Gen.Choose(0, length - 1)
                      from kind in Gen.Choose(0, 4)
                      from seed in Gen.Choose(0, 1_000_000)
                      select (length, line, kind, seed);

        Prop.ForAll(changes.ToArbitrary(), change =>
        {
            var lines = Chain(change.length);
            var head = Head(lines);
            var (at, last) = (change.line, change.line == change.length - 1);
            var (kind, where) = Tamper(lines, change.kind, at, change.seed);
            var verdict = Verify(lines, head);
            return (verdict.Break == kind && verdict.Line == where)
                .Label($"{change}: expected {kind} in line {where}, found {verdict.Break} in line {verdict.Line}: {verdict.Explanation}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static (AuditBreak Kind, int Line) Tamper(List<string> lines, int kind, int at, int seed)
    {
        var end = at == lines.Count - 1;
        switch (kind)
        {
            case 0:
                var place = seed % lines[at].Length;
                lines[at] = lines[at][..place] + (lines[at][place] == 'x' ? 'y' : 'x') + lines[at][(place + 1)..];
                return (AuditBreak.Changed, at + 1);
            case 1:
                lines.RemoveAt(at);
                return end ? (AuditBreak.Truncated, lines.Count + 1) : (AuditBreak.Missing, at + 1);
            case 2:
                lines.Insert(at + 1, lines[at]);
                return (AuditBreak.Inserted, at + 2);
            case 3 when !end:
                (lines[at], lines[at + 1]) = (lines[at + 1], lines[at]);
                return (AuditBreak.Reordered, at + 1);
            default:
                lines.RemoveRange(at, lines.Count - at);
                return (AuditBreak.Truncated, at + 1);
        }
    }

    [Fact]
    public void A_rewritten_tail_with_right_hashes_is_found_by_what_another_host_remembers()
    {
        var lines = Chain(6);
        var head = Head(lines);
        var forged = Chain(3);
        var previous = AuditChain.Hash(forged[^1]);
        for (var i = 4; i <= 7; i++)
        {
            forged.Add($"{{\"seq\":{i},\"prev\":\"{previous}\",\"at\":1795357923000,\"who\":\"nobody\",\"what\":\"Act\",\"operation\":\"\",\"result\":\"\",\"reason\":\"\"}}");
            previous = AuditChain.Hash(forged[^1]);
        }

        Verify(forged).IsWhole.ShouldBeTrue();
        var verdict = Verify(forged, head);
        (verdict.Break, verdict.Line, verdict.Explanation).ShouldBe((AuditBreak.Changed, 6, "line 6 was changed: api-1 remembers another"));
    }

    [Fact]
    public async Task Entries_are_appended_to_one_chain_by_many_at_once_and_other_hosts_remember_its_head()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Audit.AppendAsync(
            new AuditEntry("mara@laptop", "Act") { Reason = $"{number}: it's \"$(id)\" é\n木" }, CancellationToken.None)));

        var verdict = await Audit.VerifyAsync(CancellationToken.None);

        verdict.IsWhole.ShouldBeTrue(verdict.Explanation);
        verdict.Lines.Select(line => line.Entry.Reason).Order().ShouldBe(Enumerable.Range(0, 10).Select(number => $"{number}: it's \"$(id)\" é\n木"));
        File.ReadAllLines(_other.At("audit-heads"))[^1].ShouldBe($"10 {AuditChain.Hash(File.ReadAllLines(_control.At("audit.jsonl"))[^1])}");
    }

    [Fact]
    public async Task An_end_that_was_cut_off_is_noticed_also_after_new_entries()
    {
        for (var i = 0; i < 4; i++)
            await ActAsync();
        var lines = File.ReadAllLines(_control.At("audit.jsonl"));
        File.WriteAllText(_control.At("audit.jsonl"), lines[0] + '\n' + lines[1] + '\n');

        var cut = await Audit.VerifyAsync(CancellationToken.None);
        (cut.Break, cut.Line, cut.Explanation).ShouldBe((AuditBreak.Truncated, 3, "the audit ends with line 2, but api-1 remembers line 4"));

        await ActAsync("something else");
        _narrator.Lines.ShouldContain("audit! api-1 remembers entry 4 already, but lb has only just written entry 3: look with ./build.sh Audit");
        for (var i = 0; i < 4; i++)
            await ActAsync();
        var later = await Audit.VerifyAsync(CancellationToken.None);
        (later.Break, later.Line).ShouldBe((AuditBreak.Changed, 3));
    }

    [Fact]
    public async Task A_torn_line_is_replaced_and_a_tampered_chain_still_records()
    {
        await ActAsync();
        File.AppendAllText(_control.At("audit.jsonl"), "{\"seq\":2,\"prev\":\"12");
        await ActAsync();
        (await Audit.VerifyAsync(CancellationToken.None)).Lines.Count.ShouldBe(2);

        File.AppendAllText(_control.At("audit.jsonl"), "hello\n");
        await ActAsync();
        var verdict = await Audit.VerifyAsync(CancellationToken.None);
        (verdict.Break, verdict.Line, verdict.Explanation).ShouldBe((AuditBreak.Changed, 3, "line 3 is not an audit line"));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_misses_a_head_and_stops_nobody()
    {
        _other.Unreachable = true;

        await ActAsync();

        (await Audit.VerifyAsync(CancellationToken.None)).IsWhole.ShouldBeTrue();
    }

    private Audit Audit => new(_control, [_other], _narrator, _control.Folder);

    private Task ActAsync(string result = "done") => Audit.AppendAsync(new AuditEntry("mara@laptop", "Act") { Result = result }, CancellationToken.None);
}
