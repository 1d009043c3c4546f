using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Rehearsal.Shoppers;

/// <summary>
/// What shoppers ask of a shop, as an open loop sends it: light reads of the API, pages of the storefront, and carts that go from one step of the
/// checkout to the next.
/// </summary>
public sealed class ShopperTraffic
{
    /// <summary>All of them together, rounded.</summary>
    public const int PerSecond = 50;

    /// <summary>Light reads a second: what a canary judges by. Most ask for health only, which costs 3 ms of a core: a read of the store costs about 20 ms, and two
    /// cores that also start Medusas bear few of those.</summary>
    public const double ReadsPerSecond = 49;

    /// <summary>Of them, those that read the store.</summary>
    public const double StoreReadsPerSecond = 3;

    /// <summary>Pages a second; each asks the API twice by itself.</summary>
    public const double PagesPerSecond = 0.7;

    /// <summary>Carts a second: each costs Medusa about as much as fifty light reads.</summary>
    public const double CartsPerSecond = 0.1;

    /// <summary>Kinds of requests that a storefront answers begin with it; all others go to the API.</summary>
    public const string Page = "page";

    private readonly StoreEnvironment _environment;
    private readonly ShopCatalog _catalog;
    private readonly ConcurrentQueue<string> _empty = new(), _filled = new(), _addressed = new();

    private ShopperTraffic(StoreEnvironment environment, ShopCatalog catalog) => (_environment, _catalog) = (environment, catalog);

    /// <summary>The kinds of requests, each at its own rate.</summary>
    /// <param name="share">1: <see cref="PerSecond"/> in all; 0.5: half of each.</param>
    public static IReadOnlyList<TrafficKind> Of(StoreEnvironment environment, ShopCatalog catalog, double share = 1) =>
        [.. new ShopperTraffic(environment, catalog).Kinds().Select(kind => kind with { PerSecond = kind.PerSecond * share })];

    private IReadOnlyList<TrafficKind> Kinds()
    {
        string[] reads = ["/store/products?limit=1&fields=id,title", "/store/regions?limit=1&fields=id,name"];
        string[] pages = [.. _environment.Storefront.Pages.Append($"/products/{Uri.EscapeDataString(_catalog.Handle)}").Distinct()];
        return
        [
            new TrafficKind($"GET {_environment.Api.Health}", ReadsPerSecond - StoreReadsPerSecond, _ => Get(_environment.Api.Health)),
            .. reads.Select(path => new TrafficKind($"GET {path.Split('?')[0]}", StoreReadsPerSecond / reads.Length, _ => Get(path))),
            .. pages.Select(path => new TrafficKind($"{Page} {path}", PagesPerSecond / pages.Length, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(_environment.Storefront.Url, path)))),
            new TrafficKind("POST cart", CartsPerSecond, _ => Post("/store/carts", new { region_id = _catalog.Region })) { Answered = (status, text) => Pass(status, text, _empty) },
            Step("POST line item", _empty, _filled, cart => Post($"/store/carts/{cart}/line-items", new { variant_id = _catalog.Variant, quantity = 1 })),
            Step("POST address", _filled, _addressed, cart => Post($"/store/carts/{cart}", new { email = "shopper@example.com", shipping_address = Address() })),
            Step("POST payment", _addressed, null, cart => Post("/store/payment-collections", new { cart_id = cart })),
        ];
    }

    private static TrafficKind Step(string name, ConcurrentQueue<string> from, ConcurrentQueue<string>? to, Func<string, HttpRequestMessage> make) =>
        new(name, CartsPerSecond, _ => from.TryDequeue(out var cart) ? make(cart) : null) { Answered = to is null ? null : (status, text) => Pass(status, text, to) };

    /// <summary>A cart that was answered goes on to the next step.</summary>
    internal static void Pass(int status, string text, ConcurrentQueue<string> to)
    {
        if (status != 200)
            return;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.TryGetProperty("cart", out var cart) && cart.TryGetProperty("id", out var id) && id.GetString() is { Length: > 0 } known)
                to.Enqueue(known);
        }
        catch (JsonException)
        {
            // It is no cart; the shopper gives up.
        }
    }

    private object Address() => new { first_name = "Sam", last_name = "Shopper", address_1 = "1 Main Street", city = "Springfield", postal_code = "12345", country_code = _catalog.Country };

    private HttpRequestMessage Get(string path) => WithKey(new HttpRequestMessage(HttpMethod.Get, new Uri(_environment.Api.Url, path)));

    private HttpRequestMessage Post(string path, object body) =>
        WithKey(new HttpRequestMessage(HttpMethod.Post, new Uri(_environment.Api.Url, path)) { Content = JsonContent.Create(body) });

    private HttpRequestMessage WithKey(HttpRequestMessage request)
    {
        request.Headers.Add("x-publishable-api-key", _environment.Api.PublishableKey);
        return request;
    }
}
