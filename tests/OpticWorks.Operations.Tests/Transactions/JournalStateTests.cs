using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Tests.Transactions;

public sealed class JournalStateTests
{
    /// <summary>A word a line: b(egun), i(ntent) d(one) v(erified) f(ailed) u(ndoing) U(ndone) k(ept) l(eft) with a step's letter, U for
    /// the decision to undo, r(esumed), +, - and ! for finished as done, undone, left.</summary>
    private static IReadOnlyList<JournalLine> Lines(string words) =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, index) => new JournalLine(index + 1, DateTimeOffset.UnixEpoch, 1, Entry(word)))];

    private static JournalEntry Entry(string word) => word switch
    {
        "b" => HostJournalTests.Begun,
        "U" => new(JournalEvent.Undo) { Text = "why" },
        "r" => new(JournalEvent.Resumed) { By = "joe@desk" },
        "+" => new(JournalEvent.Finished) { Result = JournalResult.Done },
        "-" => new(JournalEvent.Finished) { Result = JournalResult.Undone },
        "!" => new(JournalEvent.Finished) { Result = JournalResult.Left },
        _ => new(word[0] switch
        {
            'i' => JournalEvent.Intent,
            'd' => JournalEvent.Done,
            'v' => JournalEvent.Verified,
            'f' => JournalEvent.Failed,
            'u' => JournalEvent.Undoing,
            'U' => JournalEvent.Undone,
            'k' => JournalEvent.Kept,
            _ => JournalEvent.Left,
        })
        { Step = word[1..] },
    };

    [Theory]
    [InlineData("", Remaining.Nothing, "")]
    [InlineData("b", Remaining.ContinueOrUndo, "")]
    [InlineData("b iA", Remaining.ContinueOrUndo, "A:Begun")]
    [InlineData("b iA dA", Remaining.ContinueOrUndo, "A:Done")]
    [InlineData("b iA dA vA iB iC dC", Remaining.ContinueOrUndo, "A:Verified B:Begun C:Done")]
    [InlineData("b iA dA iB fB", Remaining.UndoOnly, "A:Done B:Failed")]
    [InlineData("b iA dA fA", Remaining.UndoOnly, "A:Failed")]
    [InlineData("b iA dA iB U", Remaining.UndoOnly, "A:Done B:Begun")]
    [InlineData("b iA dA iB fB U uB UB uA", Remaining.UndoOnly, "A:Undoing B:Undone")]
    [InlineData("b iA dA iB fB U uB lB kA", Remaining.UndoOnly, "A:Kept B:Left")]
    [InlineData("b iA r iA dA +", Remaining.Nothing, "A:Done")]
    [InlineData("b iA U uA r U uA UA -", Remaining.Nothing, "A:Undone")]
    [InlineData("b iA U uA lA !", Remaining.Nothing, "A:Left")]
    [InlineData("b iA U uA lA ! r U uA UA -", Remaining.Nothing, "A:Undone")]
    public void A_journal_means(string words, Remaining remaining, string steps)
    {
        var state = JournalState.Of(Lines(words), "x");

        state.Remaining.ShouldBe(remaining);
        string.Join(' ', state.Steps.Select(step => $"{step.Id}:{step.State}")).ShouldBe(steps);
    }

    [Theory]
    [InlineData("iA", "line 1: there is no header")]
    [InlineData("b b", "line 2: it begins again")]
    [InlineData("b dA", "line 2: Done cannot follow nothing")]
    [InlineData("b iA vA", "line 3: Verified cannot follow Begun")]
    [InlineData("b iA dA iA", "line 4: Intent cannot follow Done")]
    [InlineData("b iA uA", "line 3: Undoing cannot follow Begun")]
    [InlineData("b iA U iB", "line 4: Intent cannot follow nothing")]
    [InlineData("b iA U uA UA uA", "line 6: Undoing cannot follow Undone")]
    [InlineData("b + iA", "line 3: the operation had finished")]
    [InlineData("b + r", "line 3: the operation had finished")]
    [InlineData("b U +", "line 3: it finished as Done while it was taken back")]
    [InlineData("b -", "line 2: it finished as Undone while it was going forward")]
    public void What_cannot_have_happened_is_an_error_that_names_the_line(string words, string error) =>
        Should.Throw<OperationException>(() => JournalState.Of(Lines(words), "x")).Message.ShouldContain(error);

    [Fact]
    public void Every_entry_survives_its_text()
    {
        foreach (var word in "b iA dA vA fA U uA UA kA lA r + - !".Split(' '))
        {
            var line = new JournalLine(1, DateTimeOffset.FromUnixTimeMilliseconds(1795357923123), 118, Entry(word) with { Text = "it's \"é\"\n" });
            var back = JournalText.Parse(JournalText.Line(line) + "\n", "x").ShouldHaveSingleItem();
            (back with { Entry = back.Entry with { Header = null } }).ShouldBe(line with { Entry = line.Entry with { Header = null } });
        }
    }

    [Fact]
    public void A_line_reads_like_this() =>
        JournalText.Line(new JournalLine(7, DateTimeOffset.FromUnixTimeMilliseconds(1795357923123), 118, new JournalEntry(JournalEvent.Intent) { Step = "switch api-1:9001" }))
            .ShouldBe("""{"seq":7,"at":1795357923123,"token":118,"event":"intent","step":"switch api-1:9001"}""");
}
