using System.Globalization;
using System.Net;
using OpticWorks.Operations.Reports;

namespace OpticWorks.Operations.Canary.Reports;

/// <summary>A canary as one HTML file that needs nothing else: no script, no other file, no network. Pure.</summary>
public static class CanaryReport
{
    /// <param name="verdict">How it ended, as people are told.</param>
    /// <param name="foretold">What was said before it started.</param>
    /// <param name="scrub">Takes secrets out of every text.</param>
    public static string Html(string release, string environment, IReadOnlyList<CanaryView> views, string verdict, IReadOnlyList<string> foretold, DateTimeOffset made, Func<string, string> scrub)
    {
        var page = ReportPage.Begin(scrub($"Canary of {release} on {environment}"));
        page.Append(CultureInfo.InvariantCulture, $"<p>{made.ToLocalTime():yyyy-MM-dd HH:mm:ss zzz}</p>\n<pre>{Text(verdict)}</pre>\n");
        foreach (var line in foretold)
            page.Append(CultureInfo.InvariantCulture, $"<p>Before it started: {Text(line)}.</p>\n");
        CanaryCharts.AppendSteps(page, views);
        CanaryCharts.Append(page, views);
        return ReportPage.End(page);

        string Text(string text) => WebUtility.HtmlEncode(scrub(text));
    }
}
