using System.Text;
using OpticWorks.Operations.Reports;

namespace OpticWorks.Operations.Canary.Reports;

/// <summary>The curves of a canary. Pure.</summary>
internal static class CanaryCharts
{
    /// <summary>Writes them; one look makes no curve.</summary>
    public static void Append(StringBuilder page, IReadOnlyList<CanaryView> views)
    {
        if (views.Count < 2)
            return;
        Add("Share of traffic", " %", null, ("canary", "canary", view => view.Percent));
        Add("Failed requests since the step began", " %", null,
            ("canary", "canary", view => view.Canary.ErrorRate * 100), ("stable", "stable", view => view.Percent == 100 ? null : view.Stable.ErrorRate * 100));
        Add("95th percentile of the response time", " ms", null, ("canary", "canary", view => view.CanaryP95), ("stable", "stable", view => view.StableP95));
        Add("Evidence of more errors (a power of ten; the alarm is the dashed line)", "", Math.Log10(Math.Max(1, views[^1].Verdict.Alarm)),
            ("evidence", "canary", view => Math.Log10(Math.Max(1e-6, view.Verdict.Errors))));

        void Add(string title, string unit, double? limit, params (string Class, string Name, Func<CanaryView, double?> Value)[] curves) =>
            new Chart(title, unit, views[^1].Since.TotalSeconds)
            {
                Limit = limit,
                Curves = [.. curves.Select(curve => new Curve(curve.Class, curve.Name, [.. views.Select(view => (view.Since.TotalSeconds, curve.Value(view)))]))],
                Marks = [.. views.GroupBy(view => view.Step).Select(step => new ChartMark(step.First().Since.TotalSeconds, $"{step.First().Percent} %"))],
            }.Append(page);
    }

    /// <summary>What each step saw, a row a step.</summary>
    public static void AppendSteps(StringBuilder page, IReadOnlyList<CanaryView> views)
    {
        page.Append("<div class=\"wide\"><table><tr><th>step</th><th>watched</th><th>canary requests</th><th>errors</th><th>stable requests</th><th>errors</th><th>lost</th></tr>\n");
        foreach (var last in views.GroupBy(view => view.Step).Select(step => step.Last()))
        {
            page.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<tr><td>{last.Percent} %</td><td>{last.At.TotalSeconds:0} s</td><td>{last.Canary.Requests:N0}</td><td>{last.Canary.Errors:N0}</td><td>{last.Stable.Requests:N0}</td><td>{last.Stable.Errors:N0}</td><td>{last.Lost:N0}</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }
}
