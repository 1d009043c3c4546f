using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Serving;

namespace OpticWorks.Operations.Tests.Storefront;

public sealed class AssetInventoryTests
{
    /// <summary>Files whose content follows from their name, as hashed names promise.</summary>
    private static readonly Gen<AssetInventory> Inventories =
        Gen.Choose(0, 30).Select(number => new Asset($"_next/static/chunks/{number}.js", $"{number:x64}")).ListOf().Select(files => AssetInventory.Of(files));

    [Fact]
    public void Both_releases_files_are_the_same_from_either_side_and_hold_each()
    {
        Prop.ForAll(Inventories.Two().ToArbitrary(), pair =>
        {
            var (a, b) = pair;
            var union = a.With(b);
            union.Digest.ShouldBe(b.With(a).Digest);
            union.Without(a).ShouldBe(b.Without(a));
            a.Without(union).ShouldBeEmpty();
            b.Without(union).ShouldBeEmpty();
            union.With(a).Digest.ShouldBe(union.Digest);
            (a.Digest == b.Digest).ShouldBe(a.Files.SequenceEqual(b.Files));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_name_that_means_two_contents_is_refused()
    {
        var one = AssetInventory.Of([new Asset("_next/static/fixed/_ssgManifest.js", "aa")]);
        var two = AssetInventory.Of([new Asset("_next/static/fixed/_ssgManifest.js", "bb")]);
        var refused = Should.Throw<OperationException>(() => one.With(two));
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Seen.ShouldBe("_next/static/fixed/_ssgManifest.js");
    }

    [Theory]
    [InlineData("_next/static/chunks/app/[handle]/page-1.js", "/_next/static/chunks/app/%5Bhandle%5D/page-1.js")]
    [InlineData("_next/static/media/a b.woff2", "/_next/static/media/a%20b.woff2")]
    [InlineData("_next/static/chunks/0cz1d0mv5g_q7.js", "/_next/static/chunks/0cz1d0mv5g_q7.js")]
    public void A_browser_asks_for_the_escaped_path(string path, string url) => new Asset(path, "").UrlPath.ShouldBe(url);

    [Fact]
    public void A_page_that_refers_to_a_file_of_nobody_is_found()
    {
        var files = AssetInventory.Of([new Asset("_next/static/chunks/a.js", ""), new Asset("_next/static/chunks/app/[handle]/page.js", "")]);
        const string page = """
            <script src="/_next/static/chunks/a.js"></script><link href="/_next/static/css/b.css?dpl=1"/>
            <script>self.__next_f.push([1,"3:I[1,[\"1\",\"/_next/static/chunks/app/%5Bhandle%5D/page.js\"],\"default\"]"])</script>
            """;
        StorefrontSite.Missing(page, files).ShouldBe(["_next/static/css/b.css"]);
    }
}
