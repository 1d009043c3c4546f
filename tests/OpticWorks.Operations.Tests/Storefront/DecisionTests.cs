using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;

namespace OpticWorks.Operations.Tests.Storefront;

public sealed class DecisionTests
{
    private const string A = "r-20261101-120000-aaaaaaa";
    private const string B = "r-20261102-120000-bbbbbbb";
    private static readonly string Digest = new('a', 64);

    private static VersionLabel Label(string release, string files = "1111111111111111", string secrets = "-") => new(release, Digest, files, secrets);

    private static WorkerVersion Version(string id, int number, VersionLabel? label) => new(id, number, default, "mara", label?.Tag ?? "", label?.Message ?? "");

    private static WorkerDeployment Deployment(params (string Id, double Percent)[] shares) =>
        new("d", default, "mara", "", [.. shares.Select(share => new VersionShare(share.Id, share.Percent))]);

    [Fact]
    public void A_label_is_read_back_and_fits_into_Cloudflares_annotations()
    {
        var label = Label(A, secrets: "2222222222222222");
        VersionLabel.Of(Version("v", 1, label)).ShouldBe(label);
        label.Message.Length.ShouldBeLessThanOrEqualTo(100);
        label.Tag.Length.ShouldBeLessThanOrEqualTo(25);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("v1.2", "hand made")]
    [InlineData(A, "fix the cart")]
    [InlineData("main", "aaaa 1111111111111111 -")]
    public void A_version_of_somebody_else_has_no_label(string tag, string message) => VersionLabel.Of(new WorkerVersion("v", 1, default, "", tag, message)).ShouldBeNull();

    [Theory]
    [InlineData("a", "b", 0, "a 100 %, b 0 %")]
    [InlineData("a", "b", 10, "a 90 %, b 10 %")]
    [InlineData("a", "b", 100, "b 100 %")]
    [InlineData("b", "b", 10, "b 100 %")]
    public void A_split_is_what_Cloudflare_takes(string stable, string fresh, int percent, string text) => VersionSplit.Between(stable, fresh, percent).ToString().ShouldBe(text);

    [Fact]
    public void A_split_is_known_again_in_any_order_and_nothing_else_is()
    {
        var split = VersionSplit.Between("a", "b", 10);
        split.Is(Deployment(("b", 10), ("a", 90))).ShouldBeTrue();
        split.Is(Deployment(("a", 10), ("b", 90))).ShouldBeFalse();
        split.Is(Deployment(("a", 100))).ShouldBeFalse();
        VersionSplit.All("a").Is(Deployment(("a", 100), ("b", 0))).ShouldBeFalse();
        VersionSplit.Sole(Deployment(("a", 100), ("b", 0))).ShouldBe("a");
        VersionSplit.Sole(Deployment(("a", 99), ("b", 1))).ShouldBeNull();
    }

    [Fact]
    public void A_recipe_is_read_back_from_a_journals_header()
    {
        var recipe = new StorefrontRecipe(Label(B), "v1", Label(A, "3333333333333333"), [10, 50, 100], TimeSpan.FromMinutes(3))
        { Triggers = new WorkerTriggers(["a.example", "b.example"], ["*/5 * * * *"]), Carried = [Digest, new string('b', 64)] };
        var read = StorefrontRecipe.Read(recipe.Write().ToDictionary());
        read.Write().ShouldBe(recipe.Write());
        read.Kept.ShouldBe(Label(A));
        read.Shares.ShouldBe([10, 50, 100]);
        read.IsFirst.ShouldBeFalse();
    }

    [Fact]
    public void Without_the_old_releases_files_there_is_no_share_between_0_and_100()
    {
        var recipe = new StorefrontRecipe(Label(B), "v1", null, [10, 50, 100], TimeSpan.FromMinutes(3));
        recipe.Shares.ShouldBe([100]);
        recipe.Kept.ShouldBeNull();
    }

    [Fact]
    public void An_old_version_that_has_all_files_is_not_uploaded_again()
    {
        new StorefrontRecipe(Label(B), "v1", Label(A), [100], TimeSpan.FromMinutes(3)).Kept.ShouldBeNull();
        new StorefrontRecipe(Label(A), "v1", Label(A, "3333333333333333"), [100], TimeSpan.FromMinutes(3)).IsLive.ShouldBeTrue();
        new StorefrontRecipe(Label(A, secrets: "4444444444444444"), "v1", Label(A), [100], TimeSpan.FromMinutes(3)).IsLive.ShouldBeFalse();
    }

    [Fact]
    public void A_rollback_goes_to_the_release_before_in_the_version_that_has_todays_files()
    {
        var versions = new[] { Version("b", 3, Label(B)), Version("a2", 2, Label(A)), Version("a1", 1, Label(A, "3333333333333333")) };
        var deployments = new[] { Deployment(("b", 100)), Deployment(("a2", 50), ("b", 50)), Deployment(("a2", 100)), Deployment(("a1", 100)) };
        StorefrontChoice.Of(versions, deployments, versions[0], null).Id.ShouldBe("a2");
        StorefrontChoice.Of(versions, deployments, versions[0], A).Id.ShouldBe("a2");
        Should.Throw<OperationException>(() => StorefrontChoice.Of(versions, deployments, versions[0], B)).Message.ShouldContain("has all traffic already");
        Should.Throw<OperationException>(() => StorefrontChoice.Of(versions, [Deployment(("b", 100))], versions[0], null)).ExitCode.ShouldBe(ExitCodes.PreflightRefused);
    }

    [Fact]
    public void A_rollback_goes_to_nothing_that_never_had_all_traffic_unless_it_is_named()
    {
        var versions = new[] { Version("bbbbbbbb", 3, Label(B)), Version("cccccccc", 2, Label("r-20261103-120000-ccccccc")), Version("aaaaaaaa", 1, Label(A)) };
        var deployments = new[] { Deployment(("bbbbbbbb", 100)), Deployment(("bbbbbbbb", 90), ("cccccccc", 10)), Deployment(("aaaaaaaa", 100)) };
        StorefrontChoice.Of(versions, deployments, versions[0], null).Id.ShouldBe("aaaaaaaa");
        StorefrontChoice.Of(versions, deployments, versions[0], "cccccccc").Id.ShouldBe("cccccccc");
        Should.Throw<OperationException>(() => StorefrontChoice.Of(versions, deployments, versions[0], "dddddddd")).Message.ShouldContain("no version dddddddd");
    }

    [Theory]
    [InlineData("version x cannot be deployed. The following secrets have changed: SIGNING, STRIPE_KEY", "SIGNING STRIPE_KEY")]
    [InlineData("The following secrets have changed: SIGNING.", "SIGNING")]
    [InlineData("something else", "")]
    public void Cloudflare_names_the_secrets_that_changed(string said, string names) => string.Join(' ', CloudflareException.SecretsIn(said)).ShouldBe(names);

    [Fact]
    public void Secrets_are_told_apart_by_a_keyed_digest()
    {
        static string Of(string name, string value, string key) => new WorkerSecrets(new Dictionary<string, string> { [name] = value }).Digest(key);
        WorkerSecrets.None.Digest("k").ShouldBe("-");
        Of("A", "1", "k").ShouldMatch("^[0-9a-f]{16}$");
        new[] { Of("A", "1", "k"), Of("A", "2", "k"), Of("B", "1", "k"), Of("A", "1", "l") }.Distinct().Count().ShouldBe(4);
        Of("A", "1", "k").ShouldBe(Of("A", "1", "k"));
    }

    [Fact]
    public void One_failure_is_chance_two_are_the_releases_own_and_both_sides_failing_says_nothing()
    {
        var judge = new SideBySide();
        judge.Look(true, true).ShouldBe(SideBySideVerdict.Well);
        judge.Look(false, true).ShouldBe(SideBySideVerdict.Well);
        judge.IsSettled.ShouldBeFalse();
        judge.Look(true, true).ShouldBe(SideBySideVerdict.Well);
        judge.Look(false, true).ShouldBe(SideBySideVerdict.Well);
        judge.Look(false, false).ShouldBe(SideBySideVerdict.Undecided);
        judge.Look(false, true).ShouldBe(SideBySideVerdict.Worse);
    }

    [Theory]
    [InlineData(9 << 20, 10, 1, WorkerPlan.Paid, "")]
    [InlineData(9 << 20, 10, 1, WorkerPlan.Free, "its code is 9.00 MiB compressed; the free plan takes 3 MiB")]
    [InlineData(11 << 20, 10, 1, WorkerPlan.Paid, "its code is 11.00 MiB compressed; the paid plan takes 10 MiB")]
    [InlineData(1, 20_001, 1, WorkerPlan.Free, "it has 20001 static files; the free plan takes 20000")]
    [InlineData(1, 1, 26 << 20, WorkerPlan.Paid, "its largest static file is 26.0 MiB; 25 MiB are taken")]
    public void A_Worker_is_weighed_against_its_plan(long code, int files, long largest, WorkerPlan plan, string complaint) =>
        string.Join('\n', new WorkerSize(code, files, largest).Excesses(plan)).ShouldBe(complaint);

    [Fact]
    public void A_Worker_of_the_same_content_wrangler_and_environment_is_weighed_once()
    {
        using var folder = new TemporaryFolder();
        var sizes = new WorkerSizes(folder.At("sizes"));
        var name = WorkerSizes.Name("content", "4.1.0", null);
        sizes.Find(name).ShouldBeNull();
        sizes.Remember(name, new WorkerSize(3, 2, 1));

        new WorkerSizes(folder.At("sizes")).Find(name).ShouldBe(new WorkerSize(3, 2, 1));
        new[] { WorkerSizes.Name("other", "4.1.0", null), WorkerSizes.Name("content", "4.1.1", null), WorkerSizes.Name("content", "4.1.0", "staging") }.ShouldAllBe(other => sizes.Find(other) == null);
    }

    [Fact]
    public void A_size_that_cannot_be_remembered_disturbs_nobody()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("file"), "");
        var sizes = new WorkerSizes(folder.At("file/sizes"));
        sizes.Remember("name", new WorkerSize(3, 2, 1));

        sizes.Find("name").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Compressed\":3,")]
    public void A_size_that_cannot_be_read_is_not_known(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("name.json"), text);

        new WorkerSizes(folder.At("")).Find("name").ShouldBeNull();
    }

    [Fact]
    public void A_bundle_says_what_it_was_built_for()
    {
        var stamp = new BundleStamp("staging", new Dictionary<string, string> { ["NEXT_PUBLIC_B"] = "b", ["NEXT_PUBLIC_A"] = "a" });
        var read = BundleStamp.Read(stamp.Write())!;
        read.Differences(stamp).ShouldBeEmpty();
        read.Differences(new BundleStamp("production", new Dictionary<string, string> { ["NEXT_PUBLIC_A"] = "x" }))
            .ShouldBe(["it was built for staging", "NEXT_PUBLIC_A was \"a\" when it was built and is \"x\"", "NEXT_PUBLIC_B was \"b\" when it was built and is not set"]);
        BundleStamp.Read("{}").ShouldBeNull();
        BundleStamp.Read("no json").ShouldBeNull();
    }

    [Theory]
    [InlineData("fetch(process.env.NEXT_PUBLIC_URL)", "NEXT_PUBLIC_URL")]
    [InlineData("process.env[\"NEXT_PUBLIC_URL\"]!", "NEXT_PUBLIC_URL")]
    [InlineData("process.env.NEXT_PUBLIC_URL ?? 'http://localhost'", "")]
    [InlineData("process.env.NEXT_PUBLIC_URL || ''; process.env.NEXT_PUBLIC_URL", "NEXT_PUBLIC_URL")]
    [InlineData("process.env.SECRET", "")]
    public void Variables_that_the_source_needs_are_found(string source, string names) => string.Join(' ', NeededVariables.In(source)).ShouldBe(names);

    [Fact]
    public void Missing_variables_are_told_all_at_once()
    {
        var missing = Should.Throw<OperationException>(() => NeededVariables.Require(["NEXT_PUBLIC_A", "NEXT_PUBLIC_B", "NEXT_PUBLIC_C"], new HashSet<string> { "NEXT_PUBLIC_B" }, "staging"));
        missing.ExitCode.ShouldBe(ExitCodes.Configuration);
        missing.Message.ShouldBe("The storefront reads 2 variables that staging does not give: NEXT_PUBLIC_A, NEXT_PUBLIC_C");
    }

    [Theory]
    [InlineData("a;b|-", "b;a|-", true)]
    [InlineData("a|-", "a;b|-", false)]
    [InlineData("|-", "-|-", false)]
    [InlineData("-|* * * * *", "-|* * * * *", true)]
    public void Host_names_and_crons_are_the_same_in_any_order(string one, string other, bool same) => WorkerTriggers.Read(one).Is(WorkerTriggers.Read(other)).ShouldBe(same);

    [Theory]
    [InlineData(1, null, 500)]
    [InlineData(3, null, 2000)]
    [InlineData(1, 7, 7000)]
    [InlineData(1, 3600, 60_000)]
    [InlineData(1, -5, 0)]
    public void A_pause_is_what_Cloudflare_asks_for_within_reason(int attempt, int? asked, int milliseconds) =>
        CloudflareLimits.Default.PauseAfter(attempt, asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>The last is the largest image.</summary>
    [Theory]
    [InlineData(0, 30)]
    [InlineData(64 * 1024, 34)]
    [InlineData(10 * 1024 * 1024, 670)]
    public void A_request_may_take_as_long_as_its_body_needs_on_a_slow_line(long body, int seconds) =>
        CloudflareLimits.Default.LongestRequest(body).ShouldBe(TimeSpan.FromSeconds(seconds));
}
