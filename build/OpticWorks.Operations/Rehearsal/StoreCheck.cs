using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>Asks a running store for a product the way its users do, and compares the stock with what PostgreSQL holds.</summary>
public sealed class StoreCheck(StoreEnvironment environment, StoreDatabase database, INarrator narrator)
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(20);

    /// <summary>The product through HAProxy.</summary>
    /// <exception cref="OperationException">No answer, or another stock than the database's.</exception>
    public async Task ApiAsync(SampleProduct product, CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(product, cancellationToken).ConfigureAwait(false);
        using var client = new HttpClient { Timeout = RequestLimit };
        client.DefaultRequestHeaders.Add("x-publishable-api-key", product.PublishableKey);
        var url = new Uri(environment.Api.Url, $"/store/products?handle={Uri.EscapeDataString(product.Handle)}&fields=title,%2Bvariants.inventory_quantity");
        using var response = await GetAsync(client, url, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        var stock = body.GetProperty("products")[0].GetProperty("variants").EnumerateArray().Sum(variant => variant.GetProperty("inventory_quantity").GetInt32());
        Compare(url, stock, stored);
        var release = response.Headers.TryGetValues("x-release", out var values) ? values.First() : "an unnamed release";
        narrator.Say("fetch", $"{url.GetLeftPart(UriPartial.Path)}: {stock} in stock, as in PostgreSQL ({release})");
    }

    /// <summary>The product's page in the storefront.</summary>
    public async Task PageAsync(Uri storefront, SampleProduct product, CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(product, cancellationToken).ConfigureAwait(false);
        using var client = new HttpClient { Timeout = RequestLimit };
        var url = new Uri(storefront, $"/products/{Uri.EscapeDataString(product.Handle)}");
        using var response = await GetAsync(client, url, cancellationToken).ConfigureAwait(false);
        var page = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        Compare(url, Stock(page), stored);
        narrator.Say("fetch", $"{url}: \"{product.Title}\", {stored} in stock, as in PostgreSQL");
    }

    /// <summary>The number in the page's data-stock attribute; null: the page has none.</summary>
    internal static int? Stock(string page)
    {
        const string Mark = "data-stock=\"";
        var start = page.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += Mark.Length;
        var end = page.IndexOf('"', start);
        return end > start && int.TryParse(page[start..end], CultureInfo.InvariantCulture, out var stock) ? stock : null;
    }

    private async Task<int> StoredAsync(SampleProduct product, CancellationToken cancellationToken)
    {
        // The seed gives its first product one variant and one location, so one row of inventory_level is its stock.
        const string Query =
            """
            select sum(l.stocked_quantity - l.reserved_quantity)::int from product p
            join product_variant v on v.product_id = p.id and v.deleted_at is null
            join product_variant_inventory_item i on i.variant_id = v.id and i.deleted_at is null
            join inventory_level l on l.inventory_item_id = i.inventory_item_id and l.deleted_at is null
            where p.handle = $1 and p.deleted_at is null
            """;
        await using var command = database.Source.CreateCommand(Query);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = product.Handle });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as int?
            ?? throw new OperationException($"PostgreSQL holds no stock of {product.Handle}", ExitCodes.Engine) { Where = environment.Database.Name };
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var response = await client.GetAsync(url, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return response;
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new OperationException($"{url} answered {(int)response.StatusCode}", ExitCodes.Engine) { Where = url.Authority, Seen = body[..Math.Min(body.Length, 600)] };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new OperationException($"{url} does not answer", ExitCodes.Engine, e) { Where = url.Authority, Seen = e.Message };
        }
    }

    private static void Compare(Uri url, int? seen, int stored)
    {
        if (seen != stored)
            throw new OperationException($"{url} shows another stock than PostgreSQL holds", ExitCodes.Engine) { Where = url.Authority, Seen = $"{seen?.ToString(CultureInfo.InvariantCulture) ?? "none"} instead of {stored}" };
    }
}
