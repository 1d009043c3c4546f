using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Tests.Provisioning;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed class ShopperTrafficTests
{
    private static readonly ShopCatalog Catalog = new("reg_1", "us", "variant_1", "lens tint");

    private readonly IReadOnlyList<TrafficKind> _kinds = ShopperTraffic.Of(Environment(), Catalog);

    [Fact]
    public void About_fifty_requests_a_second_are_mostly_light_reads()
    {
        _kinds.Sum(kind => kind.PerSecond).ShouldBe(50, tolerance: 0.5);
        _kinds.Where(kind => kind.Name.StartsWith("GET", StringComparison.Ordinal)).Sum(kind => kind.PerSecond).ShouldBe(ShopperTraffic.ReadsPerSecond, tolerance: 1e-9);
    }

    [Fact]
    public void Pages_are_asked_of_the_storefront_and_everything_else_of_the_API_with_the_shops_key()
    {
        var requests = _kinds.Select(kind => (kind.Name, Request: kind.Make(0))).Where(one => one.Request is not null).ToDictionary(one => one.Name, one => one.Request!);

        requests.Where(one => one.Value.RequestUri!.Host == "store.test").Select(one => one.Value.RequestUri!.PathAndQuery).ShouldBe(["/", "/about", "/products/lens%20tint"]);
        requests.Where(one => one.Value.RequestUri!.Host == "api.test").ShouldAllBe(one => one.Value.Headers.GetValues("x-publishable-api-key").Single() == "pk_1");
        requests.Keys.ShouldAllBe(name => name.StartsWith(ShopperTraffic.Page, StringComparison.Ordinal) == (requests[name].RequestUri!.Host == "store.test"));
    }

    [Fact]
    public async Task A_cart_goes_through_the_checkout_step_by_step()
    {
        Kind("POST line item").Make(0).ShouldBeNull();

        Kind("POST cart").Answered!(200, """{"cart":{"id":"cart_1"}}""");
        var item = Kind("POST line item").Make(1)!;
        item.RequestUri!.AbsolutePath.ShouldBe("/store/carts/cart_1/line-items");
        (await item.Content!.ReadAsStringAsync()).ShouldBe("""{"variant_id":"variant_1","quantity":1}""");
        Kind("POST line item").Make(2).ShouldBeNull();

        Kind("POST line item").Answered!(200, """{"cart":{"id":"cart_1"}}""");
        var address = Kind("POST address").Make(2)!;
        address.RequestUri!.AbsolutePath.ShouldBe("/store/carts/cart_1");
        (await address.Content!.ReadAsStringAsync()).ShouldContain("\"country_code\":\"us\"");

        Kind("POST address").Answered!(200, """{"cart":{"id":"cart_1"}}""");
        (await Kind("POST payment").Make(3)!.Content!.ReadAsStringAsync()).ShouldBe("""{"cart_id":"cart_1"}""");
    }

    private TrafficKind Kind(string name) => _kinds.Single(kind => kind.Name == name);

    private static StoreEnvironment Environment() => SampleStore.Environment with
    {
        Storefront = SampleStore.Environment.Storefront with { Pages = ["/", "/about"] },
        Api = SampleStore.Environment.Api with { PublishableKey = "pk_1" },
    };
}
