using System.Diagnostics;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>A shop for the cases of a class, one after the other.</summary>
public sealed class KilledShop : IAsyncLifetime
{
    private ReleaseId? _live;

    internal EdgeShop Shop { get; private set; } = null!;

    /// <summary>The release that has all traffic; what a case before has left unfinished is taken back.</summary>
    internal async Task<ReleaseId> LiveAsync()
    {
        await StorefrontChild.ClearAsync(Shop);
        return _live is { } live && (await Shop.SharesAsync()).SequenceEqual(EdgeShop.All(live)) ? live : _live = await Shop.DeployAsync(new TinyRelease("old"));
    }

    internal void IsLive(ReleaseId release) => _live = release;

    public async Task InitializeAsync() => Shop = await EdgeShop.StartAsync();

    public async Task DisposeAsync() => await Shop.DisposeAsync();
}

/// <summary>The operator dies by kill -9 in the middle of a deployment; another process ends it from the journal alone.</summary>
[Trait("Tier", "Campaign")]
public sealed class KilledStorefrontTests(KilledShop place) : IClassFixture<KilledShop>
{
    public static TheoryData<string, FaultMoment, ResumeWay> Every
    {
        get
        {
            var all = new TheoryData<string, FaultMoment, ResumeWay>();
            foreach (var step in new[] { "upload OLD with the new files", "keep files of both releases on OLD", "upload NEW", "storefront 0 %", "storefront 10 %", "storefront 100 %" })
            {
                foreach (var moment in Enum.GetValues<FaultMoment>())
                {
                    foreach (var way in Enum.GetValues<ResumeWay>())
                        all.Add(step, moment, way);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task Killed_anywhere_it_ends_all_old_or_all_new(string step, FaultMoment moment, ResumeWay way)
    {
        var shop = place.Shop;
        var old = await place.LiveAsync();
        var release = EdgeShop.NewRelease();
        var artifact = await TinyStorefront.BuildAsync(shop.Artifacts, new TinyRelease(release.Text));
        await using var shoppers = new Shoppers(shop.Url, 1);

        var child = await RunChildAsync("deploy", shop.Folder, artifact.Digest, release.Text, step.Replace("OLD", old.Text).Replace("NEW", release.Text), moment.ToString());
        child.Code.ShouldBe(137, child.Output);
        child = await RunChildAsync("resume", shop.Folder, way.ToString());
        child.Code.ShouldBe(0, child.Output);

        await shoppers.EndAsync();
        var live = way == ResumeWay.Continue ? release : old;
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(live));
        place.IsLive(live);
        shoppers.Failures.ShouldBeEmpty();
    }

    private static async Task<(int Code, string Output)> RunChildAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(StorefrontChild).Assembly.Location, "storefront", .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
