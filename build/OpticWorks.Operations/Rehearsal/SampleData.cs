using System.Globalization;
using System.Text.Json;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>What the store's seed script made.</summary>
/// <param name="PublishableKey">Identifies the storefront to the API; public by nature.</param>
/// <param name="Handle">The product's name in addresses.</param>
public sealed record SampleProduct(string PublishableKey, string Handle, string Title, int Stock)
{
    /// <summary>Runs the seed script on a backend host; it may be run again and then only sets the stock.</summary>
    /// <exception cref="OperationException">It failed, or did not end with the line of JSON that it promises.</exception>
    public static async Task<SampleProduct> SeedAsync(
        IHost host, StoreEnvironment environment, ReleaseId release, int stock, INarrator narrator, CancellationToken cancellationToken)
    {
        var command = ReleaseCommands.Exec(new HostLayout(environment.Releases.Directory), release, "./src/scripts/seed.js",
            new Dictionary<string, string> { ["SEED_STOCK"] = stock.ToString(CultureInfo.InvariantCulture) });
        var result = await host.RunAsync(command, null, line => narrator.Detail("seed", line), cancellationToken).ConfigureAwait(false);
        result.OrFail("The sample products could not be made");
        var line = result.Output.Split('\n').LastOrDefault(text => text.StartsWith('{') && text.Contains("\"publishableKey\""))
            ?? throw new OperationException("The seed script ended well but printed no product", ExitCodes.Engine) { Where = host.Name, Seen = result.Output };
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new SampleProduct(
            root.GetProperty("publishableKey").GetString()!,
            root.GetProperty("product").GetProperty("handle").GetString()!,
            root.GetProperty("product").GetProperty("title").GetString()!,
            root.GetProperty("stock").GetInt32());
    }
}
