using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Rehearsal.Story;
using OpticWorks.Operations.Reports;
using OpticWorks.Operations.Transactions.Journals;
using static OpticWorks.Operations.Tests.Rehearsal.Story.ShopperLedgerTests;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed partial class RehearsalReportTests
{
    private const string First = "r-20261126-210000-3f9c2ab", Second = "r-20261126-210200-3f9c2ab", Third = "r-20261126-210400-3f9c2ab";

    [Fact]
    public void The_terminal_gets_a_sentence_the_steps_and_what_counts() => string.Join('\n', RehearsalText.Lines(Report())).ShouldBe(
        """
        Rehearsal passed in 5 min 12 s: 400 requests of shoppers, 0 failed; 5 more were given to release 3 to fail

          LocalUp                   4.0 s
          Release 2            1 min 05 s   loyalty Migration20261110090001 applied and proved
          Release 3 <fails>          20 s   undone by itself: canary 3 errors of 60

          shoppers   400 requests, 0 failed, 5 given to release 3; p50 10 ms, p95 10 ms
          release 2  promoted
          release 3  undone by itself: canary 3 errors of 60
          backup     b-1: 148 tables, 1,234 rows, 1.0 MiB; restored and compared in 3.4 s, all the same
        """);

    [Fact]
    public void A_failure_is_what_a_person_reads_first()
    {
        var report = Report() with { Problems = ["3 of 400 requests failed: at 0:07  GET /  status 502"], Quick = true };

        RehearsalText.Lines(report)[0].ShouldStartWith("Quick rehearsal FAILED in 5 min 12 s");
        RehearsalText.Lines(report).ShouldContain("  problem    3 of 400 requests failed: at 0:07  GET /  status 502");
        RehearsalText.Markdown(report).ShouldContain("- **problem:** 3 of 400 requests failed: at 0:07  GET /  status 502");
        RehearsalPage.Html(report, text => text).ShouldContain("<pre class=\"bad\">Quick rehearsal FAILED");
    }

    [Fact]
    public void A_steps_summary_is_markdown_that_others_text_cannot_break()
    {
        var text = RehearsalText.Markdown(Report());

        text.ShouldStartWith("### Rehearsal passed in 5 min 12 s: 400 requests of shoppers, 0 failed;");
        text.ShouldContain("| Release 3 \\<fails\\> | 20 s | undone by itself: canary 3 errors of 60 |");
    }

    [Fact]
    public void The_page_needs_nothing_else_and_escapes_and_scrubs_everything()
    {
        var page = RehearsalPage.Html(Report(), text => text.Replace("p4ss", "[secret]"));

        page.ShouldNotContain("<script");
        page.ShouldNotContain("p4ss");
        page.ShouldNotContain("http:");
        page.ShouldNotContain("https:");
        page.ShouldContain("default-src 'none'");
        page.ShouldContain("Release 3 &lt;fails&gt;");
        page.ShouldContain("[secret]");
        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldContain("max-width: 600px");
        foreach (var heading in new[] { "Steps", "Shoppers", "Canary of release 2", "Canary of release 3", "Backup", "Journal", "Releases", "Versions" })
            page.ShouldContain($"<h2>{heading}</h2>");
        page.ShouldContain("<summary><b>Release</b> of release 2: done, 2 steps, 9 lines</summary>");
    }

    [Fact]
    public void Its_curves_are_drawings_without_holes_in_their_numbers()
    {
        var charts = Charts(RehearsalPage.Html(Report(), text => text));

        // Five of the shoppers, four of each canary.
        charts.Count.ShouldBe(5 + 4 + 4);
        charts.SelectMany(chart => chart.Elements("path")).ShouldAllBe(path => path.Attribute("d")!.Value.StartsWith('M') && !path.Attribute("d")!.Value.Contains("NaN"));
        foreach (var number in charts.SelectMany(chart => chart.Elements("path")).SelectMany(path => Numbers().Matches(path.Attribute("d")!.Value)))
            double.Parse(number.Value, CultureInfo.InvariantCulture).ShouldBeInRange(0, 720);
    }

    [Fact]
    public void A_rehearsal_that_ended_at_once_has_a_page_too()
    {
        var page = RehearsalPage.Html(new RehearsalReport { Environment = "local", Store = "store", StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.Zero, Problems = ["Interrupted"] }, text => text);

        page.ShouldNotContain("<svg");
        page.ShouldContain("Interrupted");
    }

    [Fact]
    public void A_bar_stays_in_its_track()
    {
        var report = Report() with { Duration = TimeSpan.FromSeconds(10), Steps = [new("a", TimeSpan.Zero, TimeSpan.Zero, StepEnd.Done, ""), new("b", TimeSpan.FromSeconds(9.99), TimeSpan.FromSeconds(0.01), StepEnd.Failed, "x")] };

        Bars().Matches(RehearsalPage.Html(report, text => text)).Select(bar => (bar.Groups[1].Value, bar.Groups[2].Value)).ShouldBe([("0", "0.4"), ("99.9", "0.1")]);
    }

    [Theory]
    [InlineData(0, 30, "0 5 10 15 20 25 30")]
    [InlineData(62, 250, "120 180 240")]
    [InlineData(0, 1, "0 1")]
    [InlineData(0, 30_000, "0 7200 14400 21600 28800")]
    public void A_time_axis_has_round_moments(double first, double last, string expected) =>
        string.Join(' ', Chart.Ticks(first, last).Select(tick => tick.ToString(CultureInfo.InvariantCulture))).ShouldBe(expected);

    [Fact]
    public void A_chart_escapes_its_words_and_draws_nothing_without_values()
    {
        var page = new StringBuilder();
        new Chart("<none>", "", 10) { Curves = [new Curve("first", "x", [(1, null)])] }.Append(page);
        page.Length.ShouldBe(0);

        new Chart("a < b", " ms", 10) { Curves = [new Curve("first", "<one>", [(1, 2), (2, null), (3, 4)])], Marks = [new ChartMark(2, "<m>")] }.Append(page);

        var svg = Charts(page.ToString()).ShouldHaveSingleItem();
        svg.Attribute("aria-label")!.Value.ShouldBe("a < b");
        svg.Element("path")!.Attribute("d")!.Value.Count(c => c == 'M').ShouldBe(2);
        page.ToString().ShouldContain("&lt;one&gt;");
    }

    internal static RehearsalReport Report()
    {
        var samples = Enumerable.Range(0, 400).Select(n => n % 80 == 79 ? Sample(n / 4.0, 500, Third, given: true) : Sample(n / 4.0, 200, n < 200 ? First : Second, kind: n % 10 == 0 ? "page /" : "GET /store/products"));
        return new RehearsalReport
        {
            Environment = "local",
            Store = "store",
            Commit = "3f9c2ab0000000",
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromSeconds(312),
            Steps =
            [
                new("LocalUp", TimeSpan.Zero, TimeSpan.FromSeconds(4), StepEnd.Done, ""),
                new("Release 2", TimeSpan.FromSeconds(130), TimeSpan.FromSeconds(65), StepEnd.Done, "loyalty Migration20261110090001 applied and proved"),
                new("Release 3 <fails>", TimeSpan.FromSeconds(195), TimeSpan.FromSeconds(20), StepEnd.Undone, "undone by itself: canary 3 errors of 60"),
            ],
            ShoppersFrom = TimeSpan.FromSeconds(120),
            Shoppers = ShopperLedger.Of(samples),
            Releases = [new("release 1", First, new string('a', 64), "as built") { End = "good" }, new("release 2", Second, new string('b', 64), "p4ss"), new("release 3", Third, "c", "fails")],
            Canaries = [new("release 2", TimeSpan.FromSeconds(140), Views(0), "promoted"), new("release 3", TimeSpan.FromSeconds(200), Views(3), "undone by itself: canary 3 errors of 60")],
            Backup = new BackupManifest
            {
                Format = 1,
                Id = "b-1",
                Environment = "local",
                Database = "medusa-local",
                Host = "db",
                SystemIdentifier = "7",
                ServerVersion = "17.6",
                DumpVersion = "17.6",
                By = "mara@laptop",
                At = DateTimeOffset.UnixEpoch,
                Seconds = 2,
                Tables = 148,
                Rows = 1234,
                DatabaseSize = 20 << 20,
                Length = 1 << 20,
                Digest = "d",
                ObjectSalt = "00",
                Sections = [],
                Release = First,
            },
            Proof = new BackupProof("b-1", ProofKind.Restored, DateTimeOffset.UnixEpoch, "mara@laptop", "d", 3.4, []),
            Journal =
            [
                new JournalState(new JournalHeader("release-1", "Release", "local", "mara", "laptop", Second, new Dictionary<string, string>()),
                    [new StepRecord("stage api-1", StepState.Verified), new StepRecord("switch api-1:9001", StepState.Done)], Remaining.Nothing, JournalResult.Done, 9, null),
            ],
            Versions = [("node", "22.1.0")],
        };
    }

    private static CanaryView[] Views(int errors) =>
    [
        .. Enumerable.Range(1, 30).Select(second => new CanaryView(Second, "local", 1 + (second / 16), 3, second < 16 ? 10 : 50, TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(8),
            new Tally(5 * second, errors), new Tally(45 * second, 0), 20, 18, new Verdict(Outcome.Watching, "") { Errors = 0.5 + errors, Alarm = 28 }, null, 0)),
    ];

    private static List<XElement> Charts(string page) =>
        [.. page.Split("<svg").Skip(1).Select(part => XElement.Parse("<svg" + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)]))];

    [GeneratedRegex(@"[0-9.]+")]
    private static partial Regex Numbers();

    [GeneratedRegex("margin-left:([0-9.]+)%;width:([0-9.]+)%")]
    private static partial Regex Bars();
}
