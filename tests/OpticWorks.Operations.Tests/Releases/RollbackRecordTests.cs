using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Tests.Provisioning;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>What a rollback does to the records of the release that it leaves and of the one that it goes to.</summary>
public sealed class RollbackRecordTests : IDisposable
{
    private static readonly ReleaseId Old = ReleaseId.Parse("r-20261118-102000-0c55d3e");
    private static readonly ReleaseId Live = ReleaseId.Parse("r-20261122-141203-3f9c2ab");

    private readonly RootedHost _control = new();

    private ReleaseBook Book => new(_control);

    public void Dispose() => _control.Dispose();

    [Theory]
    [InlineData("carts failed", null)]
    [InlineData("", "")]
    [InlineData(null, "it was live all the same")]
    [InlineData(null, null)]
    public async Task A_release_that_serves_again_is_good_and_a_rollback_that_is_taken_back_leaves_every_record_as_it_was(string? target, string? left)
    {
        ReleaseRecord[] before = [Record(Live, left), Record(Old, target)];
        foreach (var record in before)
            await ReleaseBook.WriteAsync(_control, record, CancellationToken.None);
        var header = new Dictionary<string, string>(BadNotes.Write(await Book.ReadAsync(CancellationToken.None), [Old.Text, Live.Text])) { ["reason"] = "why" };

        foreach (var step in Steps(header))
            await step.Do(CancellationToken.None);
        (await Book.ReadAsync(CancellationToken.None)).ShouldBe([before[0] with { State = ReleaseState.Bad, Note = "why" }, before[1] with { State = ReleaseState.Good, Note = "" }]);

        // Another process has the header alone, and may not know that a step had acted.
        foreach (var step in Steps(header).Reverse().SelectMany(step => new[] { step, step }))
            await step.Undo!(CancellationToken.None);
        (await Book.ReadAsync(CancellationToken.None)).ShouldBe(before);
    }

    [Fact]
    public void What_was_good_before_has_no_step_more() => Plan(new Dictionary<string, string> { ["reason"] = "why" }).Steps.ShouldNotContain(step => step.Name == "clear");

    [Fact]
    public void It_is_good_again_after_the_smoke_test() =>
        Plan(new Dictionary<string, string> { ["reason"] = "why", [$"bad {Old}"] = "" }).Steps.Select(step => step.Name).TakeLast(3).ShouldBe(["smoke", "clear", "mark"]);

    private static ReleaseRecord Record(ReleaseId release, string? bad) =>
        new(release.Text, "artifact", "layer", null, "mara", DateTimeOffset.UnixEpoch, bad is null ? ReleaseState.Good : ReleaseState.Bad, bad ?? "");

    private Step[] Steps(Dictionary<string, string> header) => [.. Plan(header).Steps.Where(step => step.Name is "clear" or "mark")];

    private Plan Plan(Dictionary<string, string> header) => new BackendPlans(SampleStore.Environment, _ => _control, host => host, "mara", new Recorder())
        .Rollback(Old, header["reason"], new Dictionary<string, string> { ["api-1:9001"] = Live.Text, ["api-1:9002"] = Old.Text, ["api-2:9001"] = Live.Text }, BadNotes.Read(header));
}
