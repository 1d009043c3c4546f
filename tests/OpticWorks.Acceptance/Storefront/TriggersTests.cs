using System.Text.Json.Nodes;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront.Serving;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>Host names and crons of the Worker follow the environment file.</summary>
public sealed class TriggersTests
{
    private static Func<StoreEnvironment, StoreEnvironment> With(string[]? domains, string[]? crons) =>
        environment => environment with { Storefront = environment.Storefront with { Domains = domains, Crons = crons } };

    [Fact]
    public async Task They_are_brought_about_with_a_release_and_taken_back_with_it()
    {
        await using var shop = await EdgeShop.StartAsync();
        var first = await shop.DeployAsync(new TinyRelease("one"), change: With(["shop.example", "www.shop.example"], ["*/15 * * * *"]));
        (await ShownAsync(shop)).ShouldBe("shop.example, www.shop.example | */15 * * * *");
        (await ReleaseAtAsync(shop, "shop.example")).ShouldBe(first.Text);

        // What is not looked after stays.
        await shop.DeployAsync(new TinyRelease("two"), change: With(null, null));
        (await ShownAsync(shop)).ShouldBe("shop.example, www.shop.example | */15 * * * *");

        // The token may not: the release goes back, and so does what was changed already.
        await shop.FaultAsync(new JsonObject { ["method"] = "PUT", ["path"] = "/schedules$", ["status"] = 403, ["code"] = 10000, ["message"] = "Authentication error" });
        var refused = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("three"), change: With(["new.shop.example"], ["0 4 * * *"])));
        refused.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, refused.Explain());
        refused.Explain().ShouldContain("failed at triggers");
        refused.Explain().ShouldContain("the token needs Workers Scripts: Edit");
        (await ShownAsync(shop)).ShouldBe("shop.example, www.shop.example | */15 * * * *");
        await shop.FaultAsync();

        var last = await shop.DeployAsync(new TinyRelease("three"), change: With(["new.shop.example"], []));
        (await ShownAsync(shop)).ShouldBe("new.shop.example | ");
        (await ReleaseAtAsync(shop, "new.shop.example")).ShouldBe(last.Text);
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_host_name_of_another_Worker_and_a_token_that_may_not_look_stop_it_before_anything_is_sent()
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"));
        using (var other = await shop.WorkAsync(change: environment => environment with { Storefront = environment.Storefront with { Worker = "other-worker" } }))
        {
            await other.Upload.CreateAsync(other.NewFolder(), CancellationToken.None);
            await other.Api.AttachAsync("taken.example", CancellationToken.None);
        }

        await shop.FaultAsync();
        var taken = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("new"), change: With(["taken.example"], null)));
        taken.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        taken.Message.ShouldBe("taken.example leads to the Worker other-worker");
        await shop.FaultAsync(new JsonObject { ["method"] = "GET", ["path"] = "/workers/domains$", ["times"] = 100, ["status"] = 403, ["code"] = 10000, ["message"] = "Authentication error" });
        var refused = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("new"), change: With(["mine.example"], null)));
        refused.ExitCode.ShouldBe(ExitCodes.Configuration);
        (await shop.CallsAsync()).ShouldAllBe(call => call.StartsWith("GET ", StringComparison.Ordinal));
        await shop.FaultAsync();
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(old));
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task What_Cloudflare_took_and_does_not_show_takes_the_release_back()
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"), change: With(["a.example"], ["* * * * *"]));
        await shop.FaultAsync(new JsonObject { ["method"] = "PUT", ["path"] = "/schedules$", ["times"] = 1, ["skip"] = true });
        var failure = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("new"), change: With(["b.example"], ["0 1 * * *"])));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        failure.Seen.ShouldBe("host names b.example; crons * * * * *");
        (await ShownAsync(shop)).ShouldBe("a.example | * * * * *");
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(old));
    }

    /// <summary>Faults that pass, also where the call took effect.</summary>
    [Theory, Trait("Tier", "Campaign")]
    [InlineData("""{"method":"PUT","path":"/workers/domains$","times":2,"status":500}""")]
    [InlineData("""{"method":"PUT","path":"/workers/domains$","act":true,"status":502}""")]
    [InlineData("""{"method":"DELETE","path":"/workers/domains/","act":true,"status":502}""")]
    [InlineData("""{"method":"PUT","path":"/schedules$","act":true,"status":500}""")]
    public async Task A_passing_fault_stops_nothing(string fault)
    {
        await using var shop = await EdgeShop.StartAsync();
        await shop.DeployAsync(new TinyRelease("one"), change: With(["a.example"], ["* * * * *"]));
        await shop.FaultAsync(JsonNode.Parse(fault)!.AsObject());
        await shop.DeployAsync(new TinyRelease("two"), change: With(["b.example"], ["0 1 * * *"]));
        (await ShownAsync(shop)).ShouldBe("b.example | 0 1 * * *");
    }

    private static async Task<string> ShownAsync(EdgeShop shop)
    {
        using var work = await shop.WorkAsync();
        var domains = await work.Api.DomainsAsync(CancellationToken.None);
        return $"{string.Join(", ", domains.Keys.Order(StringComparer.Ordinal))} | {string.Join(", ", await work.Api.CronsAsync(CancellationToken.None))}";
    }

    private static async Task<string> ReleaseAtAsync(EdgeShop shop, string host)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, shop.Url);
        request.Headers.Host = host;
        using var response = await client.SendAsync(request);
        return response.Headers.TryGetValues(StorefrontSite.ReleaseHeader, out var names) ? names.First() : $"{(int)response.StatusCode}";
    }
}
