using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Storefront.Uploads;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>Backend and storefront as one release: real machines, HAProxy and systemd for the one, the real wrangler and workerd for the other.</summary>
public sealed class ReleaseTests(LightMachines machines) : IClassFixture<LightMachines>
{
    [Fact]
    public async Task One_release_goes_out_and_back_as_one()
    {
        await using var shop = await EdgeShop.StartAsync();
        var whole = new WholeShop(machines.Fleet, shop) { Dwell = TimeSpan.FromSeconds(3) };
        var first = await whole.ReleaseAsync(new LightBehaviour { Build = "1" }, new TinyRelease("one"));
        await whole.ShouldBeLiveAsync(first);
        var second = await whole.ReleaseAsync(new LightBehaviour { Build = "2" }, new TinyRelease("two"));
        await whole.ShouldBeLiveAsync(second);
        await whole.RollBackAsync(first);
        await whole.ShouldBeLiveAsync(first);
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_failing_part_takes_all_of_it_back()
    {
        await using var shop = await EdgeShop.StartAsync();
        var whole = new WholeShop(machines.Fleet, shop);
        var first = await whole.ReleaseAsync(new LightBehaviour { Build = "3" }, new TinyRelease("three"));

        // The storefront is last: its failure takes back instances that have long been switched.
        var failure = await Should.ThrowAsync<OperationException>(() => whole.ReleaseAsync(new LightBehaviour { Build = "4" }, new TinyRelease("bad") { BadForShoppers = true }));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        await whole.ShouldBeLiveAsync(first);

        // A backend that is not healthy ends it before the storefront's version gets traffic.
        failure = await Should.ThrowAsync<OperationException>(() => whole.ReleaseAsync(new LightBehaviour { Build = "5", Health = 500 }, new TinyRelease("five")));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        await whole.ShouldBeLiveAsync(first);
    }

    [Fact, Trait("Tier", "Campaign")]
    public async Task A_first_storefront_that_was_taken_back_is_in_no_release_s_way()
    {
        await using var shop = await EdgeShop.StartAsync();
        var whole = new WholeShop(machines.Fleet, shop);
        await machines.LiveAsync("6");
        (await Should.ThrowAsync<OperationException>(() => shop.DeployAsync(new TinyRelease("bad") { Status = 500 }))).ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
        (await shop.SharesAsync()).ShouldBe([$"{Placeholder.Message} 100 %"]);

        await whole.ShouldBeLiveAsync(await whole.ReleaseAsync(new LightBehaviour { Build = "7" }, new TinyRelease("seven")));
    }
}
