using System.Globalization;
using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Operations.Canary.Reports;

/// <summary>A view as text: a screen for a terminal, a line for a log. Pure.</summary>
public static class CanaryText
{
    /// <summary>One line: what a log needs every few seconds.</summary>
    public static string Line(CanaryView view) => string.Create(CultureInfo.InvariantCulture,
        $"{view.Percent} %  {Time(view.At)} of at least {Time(view.Dwell)}  canary {view.Canary.Requests:N0} requests, {view.Canary.Errors:N0} errors, p95 {Milliseconds(view.CanaryP95)}"
        + $"{(view.Percent == 100 ? "" : $"; stable {view.Stable.Requests:N0}, {view.Stable.Errors:N0}, {Milliseconds(view.StableP95)}")}; e = {Evidence(view.Verdict.Errors)} of {view.Verdict.Alarm:0}  {view.Paused ?? view.Verdict.Reason}");

    /// <summary>The screen's lines.</summary>
    public static IReadOnlyList<string> Screen(CanaryView view)
    {
        List<string> lines =
        [
            $"canary {view.Release} on {view.Environment}   step {view.Step} of {view.Steps}: {view.Percent} %   {Time(view.At)} of at least {Time(view.Dwell)}",
            "",
            "              requests   errors             p95",
            Row("canary", view.Canary, view.CanaryP95),
        ];
        if (view.Percent < 100)
            lines.Add(Row("stable", view.Stable, view.StableP95));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"  evidence      e = {Evidence(view.Verdict.Errors)} of {view.Verdict.Alarm:0} (errors)   {Evidence(view.Verdict.Slow)} (slow)"));
        if (view.Lost > 0)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  lost          {view.Lost:N0} requests between HAProxy's ring and here"));
        lines.Add($"  {view.Paused ?? view.Verdict.Reason}");
        lines.Add(view.Paused is null ? "  [P]ause  [G]o on  [A]bort" : "  [G]o on  [A]bort");
        return lines;
    }

    private static string Row(string name, Tally tally, long? p95) => string.Create(CultureInfo.InvariantCulture,
        $"  {name,-8}{tally.Requests,12:N0}   {tally.Errors,-5:N0}{Rate(tally),7}   {Milliseconds(p95),8}");

    private static string Rate(Tally tally) => tally.Requests == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{tally.ErrorRate * 100:0.00} %");

    private static string Milliseconds(long? p95) => p95 is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value} ms") : "–";

    private static string Evidence(double value) => value >= 1e6 ? value.ToString("0e0", CultureInfo.InvariantCulture) : value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes:00}:{time.Seconds:00}");
}
