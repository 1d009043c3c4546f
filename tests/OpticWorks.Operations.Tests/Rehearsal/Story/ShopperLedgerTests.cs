using System.Collections.Concurrent;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Rehearsal.Shoppers;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed class ShopperLedgerTests
{
    [Theory]
    [InlineData(200, false)]
    [InlineData(307, false)]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(0, true)]
    public void Shoppers_ask_for_nothing_that_is_not_there(int status, bool wrong) =>
        ShopperLedger.IsWrong(Sample(0, status)).ShouldBe(wrong);

    [Fact]
    public void What_a_release_was_given_to_fail_is_counted_apart()
    {
        var ledger = ShopperLedger.Of(
        [
            Sample(0.1, 200, "r-1"), Sample(0.2, 500, "r-3", given: true), Sample(0.9, 502), Sample(1.5, 200, "r-1", kind: "page /"),
            Sample(1.6, 0, problem: "the connection was closed"), Sample(3.2, 200, "r-3", milliseconds: 90),
        ]);

        (ledger.Sent, ledger.Failed, ledger.Given).ShouldBe((6, 2, 1));
        ledger.Failures.ShouldBe(["at 0:00  GET /store/products  status 502", "at 0:01  GET /store/products  the connection was closed"]);
        ledger.Slices.Select(slice => (slice.At.TotalSeconds, slice.Requests, slice.Failed, slice.Given)).ShouldBe([(0, 3, 1, 1), (1, 2, 1, 0), (3, 1, 0, 0)]);
        ledger.Slices[0].Api.ShouldBe(new Dictionary<string, int> { ["r-1"] = 1, ["r-3"] = 1 }, ignoreOrder: true);
        ledger.Slices[1].Pages.ShouldBe(new Dictionary<string, int> { ["r-1"] = 1 });
        ledger.AnswersOf("r-3").ShouldBe(2);
        (ledger.P50, ledger.P95).ShouldBe((10, 90));
    }

    [Fact]
    public void A_long_rehearsal_has_as_many_slices_as_a_curve_needs()
    {
        var ledger = ShopperLedger.Of(Enumerable.Range(0, 6000).Select(n => Sample(n / 10.0, 200)));

        ledger.Width.TotalSeconds.ShouldBe(4);
        ledger.Slices.Count.ShouldBe(150);
    }

    [Fact]
    public void Nothing_is_lost_or_counted_twice()
    {
        int[] statuses = [0, 200, 302, 404, 500, 503];
        var one = Gen.Choose(0, 900_000).SelectMany(due => Gen.Choose(0, 11).Select(kind => Sample(due / 1000.0, statuses[kind / 2], "r-1", kind % 2 == 0, milliseconds: due % 97)));
        Prop.ForAll(one.ListOf().ToArbitrary(), samples =>
        {
            var ledger = ShopperLedger.Of(samples);
            ledger.Sent.ShouldBe(samples.Count);
            (ledger.Failed + ledger.Given).ShouldBe(samples.Count(ShopperLedger.IsWrong));
            ledger.Slices.Sum(slice => slice.Requests).ShouldBe(ledger.Sent);
            ledger.Slices.Sum(slice => slice.Failed).ShouldBe(ledger.Failed);
            ledger.AnswersOf("r-1").ShouldBe(ledger.Sent);
            ledger.Slices.ShouldAllBe(slice => slice.P50 <= slice.P95);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(200, """{"cart":{"id":"cart_1","items":[]}}""", "cart_1")]
    [InlineData(500, """{"cart":{"id":"cart_1"}}""", null)]
    [InlineData(200, """{"type":"not_found"}""", null)]
    [InlineData(200, "<html>", null)]
    public void A_cart_goes_on_to_the_next_step_only_when_it_was_answered(int status, string text, string? expected)
    {
        var queue = new ConcurrentQueue<string>();
        ShopperTraffic.Pass(status, text, queue);
        (queue.TryDequeue(out var cart) ? cart : null).ShouldBe(expected);
    }

    [Fact]
    public void A_catalog_is_a_region_with_a_country_and_a_product_with_a_variant()
    {
        Catalog("""{"regions":[{"id":"reg_1","countries":[{"iso_2":"us"}]}]}""", """{"products":[{"handle":"lens","variants":[{"id":"variant_1"}]}]}""")
            .ShouldBe(new ShopCatalog("reg_1", "us", "variant_1", "lens"));
        foreach (var (regions, products) in new[] { ("""{"regions":[]}""", """{"products":[]}"""), ("""{"regions":[{"id":"reg_1","countries":[]}]}""", "{}"), ("[]", "[]") })
            Should.Throw<OperationException>(() => Catalog(regions, products)).Message.ShouldContain("no region with a country");
    }

    private static ShopCatalog Catalog(string regions, string products) => ShopCatalog.Of(JsonElement.Parse(regions), JsonElement.Parse(products));

    internal static TrafficSample Sample(double seconds, int status, string? release = null, bool given = false, string kind = "GET /store/products", string? problem = null, double milliseconds = 10) =>
        new(kind, TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(milliseconds), status, problem) { Release = release, Given = given };
}
