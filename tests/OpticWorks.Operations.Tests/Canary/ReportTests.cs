using System.Xml.Linq;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Reports;
using OpticWorks.Operations.Canary.Rollout;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class ReportTests
{
    private static readonly CanaryView View = new("r-20261122-141203-3f9c2ab", "staging", 2, 3, 50, TimeSpan.FromSeconds(134), TimeSpan.FromSeconds(320), TimeSpan.FromMinutes(3),
        new Tally(6312, 4), new Tally(6290, 3), 84, 81, new Verdict(Outcome.Watching, "134 s of at least 180 s") { Errors = 0.4, Slow = 0.2, Alarm = 143 }, null, 0);

    [Fact]
    public void A_screen_says_what_is_known() => string.Join('\n', CanaryText.Screen(View)).ShouldBe(
        """
        canary r-20261122-141203-3f9c2ab on staging   step 2 of 3: 50 %   02:14 of at least 03:00

                      requests   errors             p95
          canary         6,312   4     0.06 %      84 ms
          stable         6,290   3     0.05 %      81 ms
          evidence      e = 0.4 of 143 (errors)   0.2 (slow)
          134 s of at least 180 s
          [P]ause  [G]o on  [A]bort
        """);

    [Fact]
    public void A_line_says_the_same_for_a_log() => CanaryText.Line(View).ShouldBe(
        "50 %  02:14 of at least 03:00  canary 6,312 requests, 4 errors, p95 84 ms; stable 6,290, 3, 81 ms; e = 0.4 of 143  134 s of at least 180 s");

    [Fact]
    public void The_report_is_one_page_without_script_and_with_every_curve()
    {
        var views = Enumerable.Range(1, 30).Select(second => View with { Since = TimeSpan.FromSeconds(second), Step = 1 + (second / 15), Percent = second < 15 ? 10 : 100, StableP95 = second < 15 ? 80 : null }).ToList();

        var page = CanaryReport.Html(View.Release, "staging", views, "Canary failed: <b>31</b> errors, password p4ss", ["at your traffic"], DateTimeOffset.UnixEpoch, text => text.Replace("p4ss", "[secret]"));

        page.ShouldContain("&lt;b&gt;31&lt;/b&gt; errors, password [secret]");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("http:");
        page.ShouldContain("default-src 'none'");
        var charts = page.Split("<svg").Skip(1).Select(part => XElement.Parse("<svg" + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)])).ToList();
        charts.Count.ShouldBe(4);
        charts.SelectMany(chart => chart.Elements("path")).ShouldAllBe(path => path.Attribute("d")!.Value.StartsWith('M') && !path.Attribute("d")!.Value.Contains("NaN"));
    }

    [Fact]
    public void A_report_without_a_look_has_no_curves() =>
        CanaryReport.Html("r", "e", [], "it never began", [], DateTimeOffset.UnixEpoch, text => text).ShouldNotContain("<svg");

    [Fact]
    public void A_rollout_reads_as_a_plan() => RolloutText.Lines(RolloutPlan.Of(["a", "b", "c", "d"], [10, 50, 100], 1)).ShouldBe(
    [
        " 10 %   1 of 4 instances on the new release: a joins; each carries 10 %",
        " 50 %   2 of 4 instances on the new release: b joins at 33 %; each carries 25 %",
        "100 %   3 of 4 instances on the new release: c joins at 67 %; each carries 33.3 %",
        "after the last dwell: d (kept ready on the old release until then)",
    ]);

    [Fact]
    public void A_recipe_outlives_its_program()
    {
        var recipe = new CanaryRecipe([10, 50, 100], TimeSpan.FromSeconds(90), new(12.345, 0.0012, 741, 84), 5);
        var read = CanaryRecipe.Read(recipe.Write().ToDictionary(pair => pair.Key, pair => pair.Value));
        read.Percents.ShouldBe(recipe.Percents);
        (read with { Percents = recipe.Percents }).ShouldBe(recipe);
        Should.Throw<OperationException>(() => CanaryRecipe.Read(new Dictionary<string, string> { ["steps"] = "10" })).ExitCode.ShouldBe(ExitCodes.FailedAndNotUndone);
    }

    [Theory]
    [InlineData(CanaryEnd.Bad, ExitCodes.FailedAndUndone, ExitCodes.FailedAndUndone)]
    [InlineData(CanaryEnd.Aborted, ExitCodes.FailedAndUndone, ExitCodes.FailedAndUndone)]
    [InlineData(CanaryEnd.Blind, ExitCodes.FailedAndUndone, ExitCodes.Inconclusive)]
    [InlineData(CanaryEnd.Inconclusive, ExitCodes.FailedAndUndone, ExitCodes.Inconclusive)]
    [InlineData(CanaryEnd.Inconclusive, ExitCodes.FailedAndNotUndone, ExitCodes.FailedAndNotUndone)]
    public void What_decided_nothing_has_its_own_exit_code_when_all_is_undone(CanaryEnd end, int exitCode, int expected) =>
        CanaryFailure.Of(new OperationException("failed", exitCode, new AggregateException(new InvalidOperationException("", new CanaryEndedException(end, "why"))))).ExitCode.ShouldBe(expected);
}
