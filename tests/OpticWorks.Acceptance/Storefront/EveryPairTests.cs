using System.Text.Json.Nodes;
using OpticWorks.Operations;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>A page that was loaded after any step, of whichever version, finds its files after every later step: of a deployment, of a rollback, and of a deployment that is taken back.</summary>
public sealed class EveryPairTests(ITestOutputHelper output)
{
    [Fact, Trait("Tier", "Campaign")]
    public async Task A_page_of_any_version_after_any_step_finds_its_files_after_every_later_step()
    {
        await using var shop = await EdgeShop.StartAsync();
        await shop.DeployAsync(new TinyRelease("one"));
        await using var shoppers = new Shoppers(shop.Url, 1);
        using var visitors = new Visitors(shop);
        await visitors.LookAsync("before");

        await shop.DeployAsync(new TinyRelease("two"), around: visitors.Watch);
        await shop.RollBackAsync(around: visitors.Watch);
        // The sixth deployment of its traffic is that of 100 %.
        await shop.FaultAsync(new JsonObject { ["method"] = "POST", ["path"] = "/deployments$", ["after"] = 5, ["status"] = 403, ["code"] = 10000, ["message"] = "an injected fault" });
        var failure = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("three"), around: visitors.Watch));
        failure.Message.ShouldContain("failed at storefront 100 %", customMessage: failure.Explain());
        await shoppers.EndAsync();

        output.WriteLine($"{visitors.Steps.Count} steps: {string.Join("; ", visitors.Steps)}");
        output.WriteLine($"{visitors.Pages} pages of {visitors.Releases.Count} releases, {visitors.Pairs} pairs of a page and a later step, {visitors.Requests} requests; "
            + $"beside them {shoppers.Pages} pages and {shoppers.Files} files of random shoppers");
        visitors.Failures.ShouldBeEmpty();
        shoppers.Failures.ShouldBeEmpty();
        visitors.Releases.Count.ShouldBe(3);
        visitors.Pairs.ShouldBeGreaterThan(visitors.Steps.Count * (visitors.Steps.Count - 1) / 2 - 1);
    }
}
