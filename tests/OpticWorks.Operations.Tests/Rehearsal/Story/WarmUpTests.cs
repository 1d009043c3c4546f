using OpticWorks.Operations.Rehearsal.Shoppers;
using static OpticWorks.Operations.Tests.Rehearsal.Story.ShopperLedgerTests;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(10, 200, 50, 6, true)]
    [InlineData(10, 200, 50, 4, false)] // too early to tell
    [InlineData(0, 200, 50, 6, false)] // no answer at all
    [InlineData(10, 200, 900, 6, false)]
    [InlineData(10, 503, 50, 6, false)]
    public void A_store_is_warm_when_it_answers_well_and_quickly(int answers, int status, double milliseconds, double seconds, bool expected)
    {
        var samples = Enumerable.Range(0, answers).Select(n => Sample(seconds - 1, status, milliseconds: milliseconds));
        WarmUp.IsWarm(WarmUp.Last(samples, TimeSpan.FromSeconds(seconds)), TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
    }

    [Fact]
    public void What_was_slow_before_is_forgotten() =>
        WarmUp.Last([Sample(0, 500, milliseconds: 2000), Sample(9, 200)], TimeSpan.FromSeconds(10)).ShouldSatisfyAllConditions(last => last.Sent.ShouldBe(1), last => last.Failed.ShouldBe(0));

    [Fact]
    public void Fewer_shoppers_are_fewer_of_each_kind() =>
        ShopperTraffic.Of(Provisioning.SampleStore.Environment, new ShopCatalog("r", "us", "v", "h"), 0.2).Sum(kind => kind.PerSecond).ShouldBe(10, tolerance: 0.1);
}
