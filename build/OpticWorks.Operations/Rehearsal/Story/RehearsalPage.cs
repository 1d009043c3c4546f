using System.Globalization;
using System.Net;
using System.Text;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Canary.Reports;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Reports;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>A rehearsal as one HTML file that needs nothing else: no script, no other file, no network. Pure.</summary>
/// <param name="scrub">Takes secrets out; every text goes through it before it is escaped.</param>
public sealed class RehearsalPage(RehearsalReport report, Func<string, string> scrub)
{
    /// <summary>Pages are few.</summary>
    private const int PagesOver = 5;

    private readonly StringBuilder _page = ReportPage.Begin(scrub($"Rehearsal of {report.Store} on {report.Environment}"));

    public static string Html(RehearsalReport report, Func<string, string> scrub) => new RehearsalPage(report, scrub).Write();

    private string Write()
    {
        _page.Append(CultureInfo.InvariantCulture, $"<p>{report.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss zzz}{(report.Commit is { } commit ? $", commit <code>{Text(commit[..Math.Min(commit.Length, 12)])}</code>" : "")}</p>\n");
        _page.Append(CultureInfo.InvariantCulture, $"<pre class=\"{(report.Passed ? "good" : "bad")}\">{Text(string.Join('\n', report.Problems.Prepend(RehearsalText.Sentence(report))))}</pre>\n");
        Timeline();
        Traffic();
        foreach (var canary in report.Canaries)
        {
            Heading($"Canary of {canary.Name}");
            _page.Append(CultureInfo.InvariantCulture, $"<p>Began at {Chart.Time(canary.From.TotalSeconds)} of the rehearsal. {Text(canary.Verdict)}</p>\n");
            CanaryCharts.AppendSteps(_page, canary.Views);
            CanaryCharts.Append(_page, canary.Views);
        }

        Backup();
        Journal();
        Releases();
        return ReportPage.End(_page);
    }

    private void Timeline()
    {
        if (report.Steps.Count == 0)
            return;
        Heading("Steps");
        var whole = Math.Max(1, Math.Max(report.Duration.TotalSeconds, report.Steps.Max(step => (step.Start + step.Duration).TotalSeconds)));
        _page.Append("<ol class=\"steps\">\n");
        foreach (var (step, number) in report.Steps.Select((step, index) => (step, index + 1)))
        {
            var (left, width) = (100 * step.Start.TotalSeconds / whole, Math.Max(0.4, 100 * step.Duration.TotalSeconds / whole));
            _page.Append(CultureInfo.InvariantCulture,
                $"<li><b>{number}. {Text(step.Name)}</b> <span class=\"time\">{OperationText.Time(step.Duration)}</span><span class=\"track\"><i class=\"{step.End.ToString().ToLowerInvariant()}\" style=\"margin-left:{left:0.##}%;width:{Math.Min(width, 100 - left):0.##}%\"></i></span><span class=\"result\">{(step.End == StepEnd.Failed ? "<b class=\"bad\">failed</b> " : "")}{Text(step.Result)}</span></li>\n");
        }

        _page.Append("</ol>\n");
    }

    private void Traffic()
    {
        var shoppers = report.Shoppers;
        if (shoppers.Sent == 0)
            return;
        Heading("Shoppers");
        _page.Append(CultureInfo.InvariantCulture, $"<p>{Text(RehearsalText.Traffic(report))}. Times are minutes since the rehearsal began; a vertical line is a step, by its number.</p>\n");
        var perSecond = 1 / shoppers.Width.TotalSeconds;
        Draw("Requests a second", "", Points("first", "requests", slice => slice.Requests * perSecond));
        Draw("Failed requests a second", "", Points("third", "failed", slice => slice.Failed * perSecond), Points("second", "given to release 3 to fail", slice => slice.Given * perSecond));
        Draw("Response time", " ms", Points("second", "95th percentile", slice => slice.P95), Points("first", "median", slice => slice.P50));
        Draw("Who answered for the API", " %", Shares(slice => slice.Api, 1));
        Draw("Who answered for the storefront", " %", Shares(slice => slice.Pages, PagesOver));
        _page.Append("<div class=\"wide\"><table><tr><th>request</th><th>sent</th><th>failed (5xx)</th><th>p50</th><th>p95</th><th>p99</th></tr>\n");
        foreach (var (kind, summary) in shoppers.Kinds)
            _page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(kind)}</td><td>{summary.Sent:N0}</td><td>{summary.Failed:N0}</td><td>{summary.P50:0} ms</td><td>{summary.P95:0} ms</td><td>{summary.P99:0} ms</td></tr>\n");
        _page.Append("</table></div>\n");
        if (shoppers.Failures.Count > 0)
            _page.Append(CultureInfo.InvariantCulture, $"<h3>What failed</h3>\n<pre class=\"bad\">{Text(string.Join('\n', shoppers.Failures))}</pre>\n");
    }

    private Curve Points(string style, string name, Func<ShopperSlice, double?> value) => new(style, name, [.. report.Shoppers.Slices.Select(slice => (At(slice), value(slice)))]);

    /// <summary>Each release's share of the answers.</summary>
    /// <param name="over">Of so many slices together: a single one has too few pages to tell a share.</param>
    private Curve[] Shares(Func<ShopperSlice, IReadOnlyDictionary<string, int>> answers, int over)
    {
        string[] styles = ["first", "second", "third", "fourth"];
        var slices = report.Shoppers.Slices;
        var windows = slices.Select((slice, index) => (At: At(slice), Answers: slices.Skip(Math.Max(0, index + 1 - over)).Take(Math.Min(over, index + 1)).Select(answers).ToArray())).ToArray();
        return
        [
            .. slices.SelectMany(slice => answers(slice).Keys).Distinct().Order(StringComparer.Ordinal).Select((release, index) => new Curve(
                styles[index % styles.Length], scrub(report.NameOf(release)),
                [.. windows.Select(window => (window.At, window.Answers.Sum(counts => counts.Values.Sum()) is var all and > 0 ? 100.0 * window.Answers.Sum(counts => counts.GetValueOrDefault(release)) / all : (double?)null))])),
        ];
    }

    private double At(ShopperSlice slice) => (report.ShoppersFrom + slice.At).TotalSeconds;

    private void Draw(string title, string unit, params Curve[] curves)
    {
        var until = At(report.Shoppers.Slices[^1]);
        new Chart(title, unit, until)
        {
            From = report.ShoppersFrom.TotalSeconds,
            Curves = curves,
            Marks = [.. report.Steps.Select((step, index) => new ChartMark(step.Start.TotalSeconds, $"{index + 1}")).Where(mark => mark.X >= report.ShoppersFrom.TotalSeconds && mark.X <= until)],
        }.Append(_page);
    }

    private void Backup()
    {
        if (report.Backup is not { } backup)
            return;
        Heading("Backup");
        Table(
            ("backup", backup.Id), ("of", $"{backup.Database} on {backup.Host}, PostgreSQL {backup.ServerVersion}, snapshot of {backup.At.ToLocalTime():HH:mm:ss}"),
            ("holds", FormattableString.Invariant($"{backup.Tables} tables, {backup.Rows:N0} rows; {DumpProgress.Size(backup.DatabaseSize)} as {DumpProgress.Size(backup.Length)}")),
            ("encryption", backup.Encryption is { } encryption ? $"{encryption.Cipher}, key {encryption.KeyId}" : "none"), ("digest", backup.Digest), ("live release", backup.Release is { } live ? report.NameOf(live) : "unknown"),
            ("proof", report.Proof switch
            {
                null => "none: it was not restored",
                { Verifies: true } proof => FormattableString.Invariant($"restored into a scratch database and compared, all the same, in {proof.Seconds:0.0} s"),
                { } proof => string.Join("; ", proof.Problems),
            }));
    }

    private void Journal()
    {
        if (report.Journal.Count == 0)
            return;
        Heading("Journal");
        _page.Append("<p>Every operation as the control host wrote it down before and after each of its steps.</p>\n");
        foreach (var state in report.Journal.Where(state => state.Header is not null))
        {
            var end = state.Result is { } result ? result.ToString().ToLowerInvariant() : "unfinished";
            _page.Append(CultureInfo.InvariantCulture,
                $"<details><summary><b>{Text(state.Header!.Kind)}</b> of {Text(report.NameOf(state.Header.Release))}: {end}, {state.Steps.Count} steps, {state.Lines} lines</summary>\n");
            if (state.Why is { } why)
                _page.Append(CultureInfo.InvariantCulture, $"<pre>{Text(why)}</pre>\n");
            _page.Append("<div class=\"wide\"><table class=\"words\">\n");
            foreach (var step in state.Steps)
                _page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(step.Id)}</td><td{(step.State == StepState.Left ? " class=\"bad\"" : "")}>{step.State.ToString().ToLowerInvariant()}</td></tr>\n");
            _page.Append("</table></div></details>\n");
        }
    }

    private void Releases()
    {
        if (report.Releases.Count > 0)
        {
            Heading("Releases");
            _page.Append("<div class=\"wide\"><table class=\"words\"><tr><th></th><th>what</th><th>end</th><th>id</th><th>artifact</th><th>Worker</th></tr>\n");
            foreach (var release in report.Releases)
                _page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(release.Name)}</td><td>{Text(release.What)}</td><td>{Text(release.End)}</td><td><code>{Text(release.Release)}</code></td><td><code>{Text(release.Artifact[..Math.Min(12, release.Artifact.Length)])}</code></td><td><code>{Text(release.WorkerVersion)}</code></td></tr>\n");
            _page.Append("</table></div>\n");
        }

        if (report.Versions.Count == 0)
            return;
        Heading("Versions");
        Table([.. report.Versions]);
    }

    private void Table(params IReadOnlyList<(string Name, string Value)> rows)
    {
        _page.Append("<div class=\"wide\"><table class=\"words\">\n");
        foreach (var (name, value) in rows)
            _page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th><td>{Text(value)}</td></tr>\n");
        _page.Append("</table></div>\n");
    }

    private void Heading(string text) => _page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(text)}</h2>\n");

    private string Text(string text) => WebUtility.HtmlEncode(scrub(text));
}
