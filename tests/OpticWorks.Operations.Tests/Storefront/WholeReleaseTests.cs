using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Tests.Provisioning;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Tests.Storefront;

/// <summary>The order of Release's parts.</summary>
public sealed class WholeReleaseTests
{
    private const string Old = "r-20261101-120000-aaaaaaa";
    private const string New = "r-20261102-120000-bbbbbbb";

    [Theory]
    [InlineData(true, "(backup; stage; migrate | upload OLD with the new files; keep files of both releases on OLD; upload NEW); storefront 0 %; canary; "
        + "smoke the old storefront on the new API; commit; record; (storefront 10 %; storefront 100 % | prove; prune); contract")]
    [InlineData(false, "backup; stage; migrate; canary; commit; record; upload OLD with the new files; keep files of both releases on OLD; upload NEW; storefront 0 %; "
        + "(storefront 10 %; storefront 100 % | prove; prune); contract")]
    public void What_the_old_release_would_not_survive_comes_when_nothing_runs_or_shows_it_any_more(bool hasStableSide, string order) =>
        Show(Make(hasStableSide, keeps: true)).ShouldBe(order);

    [Fact]
    public void Where_no_files_are_kept_one_upload_comes_beside_the_backend()
    {
        Show(Make(hasStableSide: true, keeps: false)).ShouldStartWith("(backup; stage; migrate | upload NEW); storefront 0 %; canary; ");
    }

    /// <summary>Its stages, and the rows of those that have some.</summary>
    private static string Show(Plan plan)
    {
        plan.Check();
        return Show(plan.Stages);
    }

    private static string Show(IReadOnlyList<Stage> row) => string.Join("; ", row.Select(stage => stage.Rows.Count > 0
        ? $"({string.Join(" | ", stage.Rows.Select(Show))})"
        : string.Join(" + ", stage.Steps.Select(step => step.Id.Replace(Old, "OLD").Replace(New, "NEW").Replace(" x", "")))));

    private static Plan Make(bool hasStableSide, bool keeps)
    {
        using var folder = new TemporaryFolder();
        var tool = new Tool("none", "", "none", "none");
        using var work = new StorefrontWork(SampleStore.Environment, tool, tool, "token", WorkerSecrets.None, (_, _) => Task.FromResult<string?>(null), folder.At("scratch"),
            CloudflareLimits.Default, new Recorder());
        var old = new VersionLabel(Old, new string('a', 64), "1111111111111111", "-");
        var label = keeps ? old with { Release = New, Artifact = new string('b', 64), Files = "2222222222222222" } : old with { Release = New };
        var recipe = new StorefrontRecipe(label, "v1", old, [10, 100], TimeSpan.FromSeconds(1));
        var backend = new BackendStages([One("stage"), One("migrate")], [One("canary")], [One("commit")], [One("record")], [One("prove"), One("prune")]);
        return WholeRelease.Of("staging", Step("backup"), backend, new StorefrontPlans(work, recipe, _ => Task.CompletedTask), hasStableSide, Step("contract") with { PointOfNoReturn = true });
    }

    private static Stage One(string name) => new(1, Step(name));

    private static Step Step(string name) => new(name, "x") { Do = _ => Task.FromResult(""), NoUndo = "a test" };
}
