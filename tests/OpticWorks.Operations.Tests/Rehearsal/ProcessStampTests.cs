using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class ProcessStampTests
{
    private const string Rest = "1 5 5 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 8765 1000 20 18446744073709551615";

    [Theory]
    [InlineData("sh")]
    [InlineData("a name")]
    [InlineData("tricky) S 1 (x")]
    public void The_start_time_is_found_whatever_the_process_calls_itself(string name) =>
        ProcessStamp.FromStat($"42 ({name}) S {Rest}").ShouldBe(new ProcessStamp(42, 8765));

    [Theory]
    [InlineData("Z")]
    [InlineData("X")]
    public void A_process_that_only_waits_to_be_reaped_is_none(string state) =>
        ProcessStamp.FromStat($"42 (sh) {state} {Rest}").ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("42 (sh) S 1 2")]
    public void A_text_cut_short_is_none(string text) => ProcessStamp.FromStat(text).ShouldBeNull();

    [Fact]
    public void This_process_is_alive_and_one_with_its_number_but_another_start_is_not()
    {
        var self = ProcessStamp.Read(Environment.ProcessId)!;

        self.IsAlive.ShouldBeTrue();
        (self with { Started = self.Started - 1 }).IsAlive.ShouldBeFalse();
        self.Since.ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Theory]
    [InlineData("42 8765\n", true)]
    [InlineData("42", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    public void A_note_counts_only_when_it_is_complete(string text, bool complete)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["note"], text);

        ProcessStamp.FromFile(folder["note"]).ShouldBe(complete ? new ProcessStamp(42, 8765) : null);
        ProcessStamp.FromFile(folder["nothing"]).ShouldBeNull();
    }
}
