using System.Text.Json.Nodes;
using OpticWorks.Operations;
using OpticWorks.Operations.Storefront.Uploads;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>A storefront is deployed, goes back and fails, on real workerd by the real wrangler.</summary>
public sealed class DeployStorefrontTests
{
    [Fact]
    public async Task A_new_Worker_gets_its_first_release_and_then_others_without_losing_a_page_or_a_file()
    {
        await using var shop = await EdgeShop.StartAsync();
        var first = await shop.DeployAsync(new TinyRelease("one"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(first));

        await using var shoppers = new Shoppers(shop.Url);
        var second = await shop.DeployAsync(new TinyRelease("two"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(second));
        await shop.RollBackAsync();
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(first));
        await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("three") { Status = 500 }));
        await shoppers.EndAsync();

        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(first));
        shoppers.Failures.ShouldBeEmpty();
        shoppers.Releases.Keys.ShouldBe([first.Text, second.Text], ignoreOrder: true);
        shoppers.Pages.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_release_that_answers_500_never_gets_traffic_not_even_as_the_first()
    {
        await using var shop = await EdgeShop.StartAsync();
        var refused = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("bad") { Status = 500 }));
        refused.ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
        refused.Message.ShouldContain("failed at storefront 0 %", customMessage: refused.Explain());
        (await shop.SharesAsync()).ShouldBe([$"{Placeholder.Message} 100 %"]);
        (await shop.PageReleaseAsync()).ShouldBe("503");

        var good = await shop.DeployAsync(new TinyRelease("good"));
        (await shop.PageReleaseAsync()).ShouldBe(good.Text);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_release_that_goes_bad_under_traffic_is_taken_back_by_itself()
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"));
        var bad = new TinyRelease("bad") { BadFrom = DateTimeOffset.UtcNow.AddSeconds(45).ToUnixTimeMilliseconds() };
        var failure = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(bad, percents: [10, 100], dwell: TimeSpan.FromMinutes(3)));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        failure.Explain().ShouldContain("does not serve /");
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(old));
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task Somebody_elses_split_is_left_alone()
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"));
        var next = await shop.DeployAsync(new TinyRelease("next"));
        using (var work = await shop.WorkAsync())
        {
            var versions = await work.Api.VersionsAsync(CancellationToken.None);
            var (a, b) = (versions.First(version => version.Tag == old.Text).Id, versions.First(version => version.Tag == next.Text).Id);
            await work.Api.DeployAsync([new(a, 30), new(b, 70)], "a person's split", force: false, CancellationToken.None);
        }

        var refused = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("third")));
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Seen!.ShouldContain("a person's split");
        (await shop.SharesAsync()).ShouldBe([$"{old} 30 %", $"{next} 70 %"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_bundle_with_a_secret_or_for_elsewhere_or_too_big_is_refused_before_anything_is_sent()
    {
        await using var shop = await EdgeShop.StartAsync();
        await RefusedAsync(new TinyRelease("secret") { ClientText = "const key = \"sk_test_" + "51Nabcdefgh0123456789\";" }, "a secret key of Stripe");
        await RefusedAsync(new TinyRelease("live") { ClientText = "pk_live_" + "51Nabcdefgh0123456789" }, "Stripe live keys");
        await RefusedAsync(new TinyRelease("big") { Ballast = 9 * 1024 }, "the free plan takes 3 MiB", plan: Operations.Environments.WorkerPlan.Free);
        (await shop.SharesAsync()).ShouldBeEmpty();

        async Task RefusedAsync(TinyRelease release, string why, Operations.Environments.WorkerPlan plan = Operations.Environments.WorkerPlan.Paid)
        {
            var refused = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(release, change: environment => environment with { Storefront = environment.Storefront with { Plan = plan } }));
            refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
            refused.Explain().ShouldContain(why);
        }
    }

    [Fact]
    public async Task Secrets_come_with_the_version_and_go_back_only_by_name()
    {
        await using var shop = await EdgeShop.StartAsync();
        var first = await shop.DeployAsync(new TinyRelease("one"), secrets: Signing("aaaa-first-value"));
        var second = await shop.DeployAsync(new TinyRelease("two"), secrets: Signing("bbbb-second-value"));
        (await HeaderAsync()).ShouldBe("bbbb");

        var refused = await Should.ThrowAsync<OperationException>(() => shop.RollBackAsync(secrets: Signing("bbbb-second-value")));
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Explain().ShouldContain("--accept-secrets SIGNING");
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(second));
        (await Should.ThrowAsync<OperationException>(() => shop.RollBackAsync(accepted: ["OTHER"], secrets: Signing("bbbb-second-value")))).Explain().ShouldContain("SIGNING");
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(second));

        await shop.RollBackAsync(accepted: ["SIGNING"], secrets: Signing("bbbb-second-value"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(first));
        (await HeaderAsync()).ShouldBe("aaaa");
        string.Join('\n', shop.Told.Lines).ShouldNotContain("second-value");

        async Task<string> HeaderAsync()
        {
            using var client = new HttpClient();
            using var response = await client.GetAsync(shop.Url);
            return response.Headers.GetValues("x-secret").First();
        }

        static WorkerSecrets Signing(string value) => new(new Dictionary<string, string> { ["SIGNING"] = value });
    }

    /// <summary>Each a fault at a call that moves traffic: whatever is answered, the old release has everything in the end.</summary>
    public static TheoryData<string, string> TrafficFaults => new()
    {
        { "refused by 10220 once", """{"method":"POST","path":"/deployments","after":3,"times":1,"status":400,"code":10220,"message":"The following secrets have changed: SIGNING"}""" },
        { "forbidden", """{"method":"POST","path":"/deployments","after":2,"times":1,"status":403,"code":10000,"message":"Authentication error"}""" },
        { "another split than asked for", """{"method":"POST","path":"/deployments","after":3,"times":1,"split":"swap"}""" },
    };

    [Theory]
    [Trait("Tier", "Campaign")]
    [MemberData(nameof(TrafficFaults))]
    public async Task Whatever_the_API_does_the_old_release_has_all_traffic_in_the_end(string name, string fault)
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"));
        var parsed = JsonNode.Parse(fault)!.AsObject();
        if (parsed["split"] is not null)
            parsed["split"] = await SwapAsync(shop, old.Text);
        await shop.FaultAsync(parsed);
        var failure = await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("new")));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, $"{name}: {failure.Explain()}");
        failure.Undone!.ShouldStartWith("everything", customMessage: failure.Explain());
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(old));
        await shop.FaultAsync();
        var rerun = await shop.DeployAsync(new TinyRelease("new"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(rerun));
    }

    /// <summary>Passing faults: the deployment goes on.</summary>
    public static TheoryData<string> PassingFaults =>
    [
        """{"method":"POST","path":"/deployments","after":2,"times":2,"status":500,"code":10013,"message":"An unknown error has occurred"}""",
        """{"method":"POST","path":"/deployments","after":2,"times":1,"act":true,"status":502,"message":"bad gateway"}""",
        """{"method":"POST","path":"/deployments","after":1,"times":1,"late":3000}""",
        """{"method":"GET","path":"/deployments","after":4,"times":2,"status":429,"message":"slow down"}""",
        """{"method":"POST","path":"/deployments","after":1,"times":1,"lag":2000}""",
    ];

    [Theory]
    [Trait("Tier", "Campaign")]
    [MemberData(nameof(PassingFaults))]
    public async Task A_passing_fault_of_the_API_stops_nothing(string fault)
    {
        await using var shop = await EdgeShop.StartAsync();
        await shop.DeployAsync(new TinyRelease("old"));
        await shop.FaultAsync(JsonNode.Parse(fault)!.AsObject());
        var next = await shop.DeployAsync(new TinyRelease("new"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(next));
    }

    private static async Task<JsonNode> SwapAsync(EdgeShop shop, string old)
    {
        using var work = await shop.WorkAsync();
        var version = (await work.Api.VersionsAsync(CancellationToken.None)).First(version => version.Tag == old);
        return new JsonArray(new JsonObject { ["version_id"] = version.Id, ["percentage"] = 100 });
    }
}
