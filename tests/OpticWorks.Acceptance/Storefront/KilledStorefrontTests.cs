using System.Diagnostics;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>The operator dies by kill -9 in the middle of a deployment; another process ends it from the journal alone.</summary>
public sealed class KilledStorefrontTests
{
    [Theory]
    [Trait("Tier", "Campaign")]
    [InlineData("upload OLD with the new files", FaultMoment.During, ResumeWay.Continue)]
    [InlineData("storefront 10 %", FaultMoment.After, ResumeWay.Undo)]
    public Task A_killed_deployment_is_ended_by_another_process(string step, FaultMoment moment, ResumeWay way) => RunAsync(step, moment, way);

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
    [Trait("Tier", "Campaign")]
    [MemberData(nameof(Every))]
    public Task Killed_anywhere_it_ends_all_old_or_all_new(string step, FaultMoment moment, ResumeWay way) => RunAsync(step, moment, way);

    private static async Task RunAsync(string step, FaultMoment moment, ResumeWay way)
    {
        await using var shop = await EdgeShop.StartAsync();
        var old = await shop.DeployAsync(new TinyRelease("old"));
        var release = EdgeShop.NewRelease();
        var artifact = await TinyStorefront.BuildAsync(shop.Artifacts, new TinyRelease("new"));
        await using var shoppers = new Shoppers(shop.Url, 1);

        var child = await RunChildAsync("deploy", shop.Folder, artifact.Digest, release.Text, step.Replace("OLD", old.Text).Replace("NEW", release.Text), moment.ToString());
        child.Code.ShouldBe(137, child.Output);
        child = await RunChildAsync("resume", shop.Folder, way.ToString());
        child.Code.ShouldBe(0, child.Output);

        await shoppers.EndAsync();
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(way == ResumeWay.Continue ? release : old));
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
