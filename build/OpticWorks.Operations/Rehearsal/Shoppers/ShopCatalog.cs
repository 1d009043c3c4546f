using System.Net.Http.Json;
using System.Text.Json;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Rehearsal.Shoppers;

/// <summary>What shoppers need to know of a shop before they can buy.</summary>
/// <param name="Region">Id of the region that they shop in.</param>
/// <param name="Country">One of its countries, two letters.</param>
/// <param name="Variant">Id of the variant that they buy.</param>
/// <param name="Handle">Its product's name in addresses.</param>
public sealed record ShopCatalog(string Region, string Country, string Variant, string Handle)
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(20);

    /// <summary>Asks the store's API, as any storefront would.</summary>
    /// <exception cref="OperationException">It does not answer, or sells nothing.</exception>
    public static async Task<ShopCatalog> ReadAsync(ApiSettings api, string handle, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = RequestLimit };
        client.DefaultRequestHeaders.Add("x-publishable-api-key", api.PublishableKey);
        try
        {
            var regions = await client.GetFromJsonAsync<JsonElement>(new Uri(api.Url, "/store/regions?limit=1"), cancellationToken).ConfigureAwait(false);
            var products = await client.GetFromJsonAsync<JsonElement>(new Uri(api.Url, $"/store/products?handle={Uri.EscapeDataString(handle)}&fields=handle,*variants"), cancellationToken).ConfigureAwait(false);
            return Of(regions, products);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new OperationException("The shop's catalog cannot be read", ExitCodes.Engine, e) { Where = api.Url.Authority, Seen = e.Message };
        }
    }

    internal static ShopCatalog Of(JsonElement regions, JsonElement products)
    {
        try
        {
            var region = regions.GetProperty("regions")[0];
            var product = products.GetProperty("products")[0];
            return new ShopCatalog(
                region.GetProperty("id").GetString()!, region.GetProperty("countries")[0].GetProperty("iso_2").GetString()!,
                product.GetProperty("variants")[0].GetProperty("id").GetString()!, product.GetProperty("handle").GetString()!);
        }
        catch (Exception e) when (e is KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException)
        {
            throw new OperationException("The shop has no region with a country, or no product with a variant", ExitCodes.Engine, e) { Next = "the store's seed script makes both" };
        }
    }
}
