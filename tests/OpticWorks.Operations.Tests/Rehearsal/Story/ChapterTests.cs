using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Rehearsal.Story;
using static OpticWorks.Operations.Tests.Rehearsal.Story.ShopperLedgerTests;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed class ChapterTests
{
    private static readonly Dictionary<string, string> AllOnSecond = new() { ["api-1:9001"] = "r-2", ["api-2:9001"] = "r-2" };

    [Fact]
    public void The_whole_story_is_told_in_its_order() => Chapter.Story(quick: false).Select(chapter => chapter.Kind).ShouldBe(Enum.GetValues<ChapterKind>());

    [Fact]
    public void A_quick_one_ends_after_the_second_release_and_is_proved_too() => Chapter.Story(quick: true).Select(chapter => chapter.Kind).ShouldBe(
        [ChapterKind.Provision, ChapterKind.FirstRelease, ChapterKind.Shoppers, ChapterKind.Backup, ChapterKind.SecondRelease, ChapterKind.Proof]);

    [Fact]
    public void Every_chapter_says_what_it_proves() => Chapter.Story(quick: false).ShouldAllBe(chapter => chapter.Title.Length > 0 && chapter.Proves.Length > 0);

    [Fact]
    public void A_rehearsal_passes_when_everything_is_as_it_should_be() => Proof().Problems().ShouldBeEmpty();

    [Theory]
    [InlineData("no shopper", "No shopper's request was counted")]
    [InlineData("a failure", "1 of 42 requests failed: at 0:07  GET /store/products  status 502")]
    [InlineData("a failure beside", "1 of 62 requests failed outside of what release 3 was given to fail: at 0:07  GET /store/products  status 502")]
    [InlineData("given to nobody", "1 requests failed on purpose, and no release was to do that")]
    [InlineData("given nothing", "Release 3 failed no request, so nothing was judged by shoppers' requests")]
    [InlineData("given too much", "Release 3 failed 2 of 21 requests, more than its share of one in 20")]
    [InlineData("an instance", "api-2:9001 runs r-1 instead of r-2")]
    [InlineData("a dead instance", "api-2:9001 runs nothing instead of r-2")]
    [InlineData("the pages", "The storefront serves r-1 instead of r-2")]
    public void What_is_not_as_it_should_be_is_named(string wrong, string problem) => (wrong switch
    {
        "no shopper" => Proof() with { Shoppers = ShopperLedger.Empty },
        "a failure" => Proof() with { Shoppers = Ledger((502, null, false)) },
        "a failure beside" => Failing(1, 20) with { Shoppers = Ledger([.. Share(1, 20), (502, null, false)]) },
        "given to nobody" => Failing(1, 20) with { Failing = null },
        "given nothing" => Failing(0, 20),
        "given too much" => Failing(2, 21),
        "an instance" => Proof() with { Running = new Dictionary<string, string>(AllOnSecond) { ["api-2:9001"] = "r-1" } },
        "a dead instance" => Proof() with { Running = new Dictionary<string, string>(AllOnSecond) { ["api-2:9001"] = "" } },
        _ => Proof() with { Pages = "r-1" },
    }).Problems().ShouldBe([problem]);

    [Fact]
    public void A_share_of_one_in_twenty_is_release_3s_own() => Failing(2, 40).Problems().ShouldBeEmpty();

    [Fact]
    public void A_store_whose_pages_name_no_release_is_not_asked_for_one() => (Proof() with { Pages = null }).Problems().ShouldBeEmpty();

    private static RehearsalProof Proof() => new("r-2", AllOnSecond, "r-2", "r-2", null, Ledger());

    private static RehearsalProof Failing(int given, int answers) => Proof() with { Failing = "r-3", Shoppers = Ledger([.. Share(given, answers)]) };

    private static IEnumerable<(int, string?, bool)> Share(int given, int answers) =>
        Enumerable.Range(0, answers).Select(n => n < given ? (500, (string?)"r-3", true) : (200, "r-3", false));

    private static ShopperLedger Ledger(params (int Status, string? Release, bool Given)[] more) => ShopperLedger.Of(
        Enumerable.Range(0, 41).Select(n => Sample(n / 10.0, 200, "r-2")).Concat(more.Select(one => Sample(7, one.Status, one.Release, one.Given))));
}
