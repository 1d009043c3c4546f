using System.Globalization;
using System.Net;
using System.Text;

namespace OpticWorks.Operations.Canary.Reports;

/// <summary>A canary as one HTML file that needs nothing else: no script, no other file, no network. Pure.</summary>
public static class CanaryReport
{
    /// <param name="verdict">How it ended, as people are told.</param>
    /// <param name="foretold">What was said before it started.</param>
    /// <param name="scrub">Takes secrets out of every text.</param>
    public static string Html(string release, string environment, IReadOnlyList<CanaryView> views, string verdict, IReadOnlyList<string> foretold, DateTimeOffset made, Func<string, string> scrub)
    {
        var page = new StringBuilder(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Canary of {{Text(release)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff }
            h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem } pre { border-left: 4px solid #888; padding: .5rem .8rem; background: #f4f4f2; white-space: pre-wrap }
            table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ccc } th:first-child, td:first-child { text-align: left }
            svg { width: 100%; height: auto } .axis { stroke: #999 } .grid { stroke: #ddd } text { font: 11px system-ui, sans-serif; fill: #555 }
            .canary { stroke: #c05000 } .stable { stroke: #1668a8 } .limit { stroke: #a30000; stroke-dasharray: 5 4 } path { fill: none; stroke-width: 1.8 }
            .key-canary { color: #c05000 } .key-stable { color: #1668a8 } .key-limit { color: #a30000 }
            @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } pre { background: #242424 } text { fill: #aaa } .grid { stroke: #333 } }
            </style></head><body>
            <h1>Canary of {{Text(release)}} on {{Text(environment)}}</h1>
            <p>{{made.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)}}</p>
            <pre>{{Text(verdict)}}</pre>

            """);
        foreach (var line in foretold)
            page.Append(CultureInfo.InvariantCulture, $"<p>Before it started: {Text(line)}.</p>\n");
        Steps(page, views);
        if (views.Count > 1)
        {
            Chart.Append(page, "Share of traffic", "%", views, [("canary", "canary", view => view.Percent)], null);
            Chart.Append(page, "Failed requests since the step began", "%", views,
                [("canary", "canary", view => view.Canary.ErrorRate * 100), ("stable", "stable", view => view.Percent == 100 ? null : view.Stable.ErrorRate * 100)], null);
            Chart.Append(page, "95th percentile of the response time", "ms", views,
                [("canary", "canary", view => view.CanaryP95), ("stable", "stable", view => view.StableP95)], null);
            Chart.Append(page, "Evidence of more errors (a power of ten; the alarm is the dashed line)", "", views,
                [("canary", "evidence", view => Math.Log10(Math.Max(1e-6, view.Verdict.Errors)))], Math.Log10(Math.Max(1, views[^1].Verdict.Alarm)));
        }

        return page.Append("</body></html>\n").ToString();

        string Text(string text) => WebUtility.HtmlEncode(scrub(text));
    }

    private static void Steps(StringBuilder page, IReadOnlyList<CanaryView> views)
    {
        page.Append("<table><tr><th>step</th><th>watched</th><th>canary requests</th><th>errors</th><th>stable requests</th><th>errors</th><th>lost</th></tr>\n");
        foreach (var last in views.GroupBy(view => view.Step).Select(step => step.Last()))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{last.Percent} %</td><td>{last.At.TotalSeconds:0} s</td><td>{last.Canary.Requests:N0}</td><td>{last.Canary.Errors:N0}</td><td>{last.Stable.Requests:N0}</td><td>{last.Stable.Errors:N0}</td><td>{last.Lost:N0}</td></tr>\n");
        }

        page.Append("</table>\n");
    }
}
