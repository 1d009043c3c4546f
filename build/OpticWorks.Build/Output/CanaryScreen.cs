using OpticWorks.Build.Targets;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Reports;

namespace OpticWorks.Build.Output;

/// <summary>Shows a canary: on a terminal a block that is drawn anew at each look, elsewhere a line every ten seconds and at every change.</summary>
internal sealed class CanaryScreen(INarrator narrator)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly bool _terminal = !Console.IsOutputRedirected && StandardOutput.Document is null && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
    private readonly List<CanaryView> _views = [];
    private TimeSpan _said = TimeSpan.MinValue;
    private (int Step, Outcome Outcome, string? Paused) _state;

    /// <summary>All looks, for the report.</summary>
    public IReadOnlyList<CanaryView> Views => _views;

    public void Show(CanaryView view)
    {
        _views.Add(view);
        Session.Looks.Add((DateTimeOffset.UtcNow, view));
        var state = (view.Step, view.Verdict.Outcome, view.Paused);
        var changed = state != _state;
        _state = state;
        if (_terminal)
            Draw(CanaryText.Screen(view), keep: view.Verdict.Outcome is not (Outcome.Watching or Outcome.Inconclusive));
        else if (changed || view.Since - _said >= LineEvery)
            narrator.Say("canary", CanaryText.Line(view));
        if (changed || view.Since - _said >= LineEvery)
            _said = view.Since;
    }

    /// <summary>Draws the block and goes back to its first line, so that the next one, or the next fact, takes its place.</summary>
    private static void Draw(IReadOnlyList<string> lines, bool keep)
    {
        const string ClearBelow = "\e[J";
        var width = Math.Max(20, Console.WindowWidth - 1);
        Console.Out.Write(ClearBelow + string.Join('\n', lines.Select(line => line.Length > width ? line[..width] : line)) + (keep ? "\n" : $"\r\e[{lines.Count - 1}A"));
    }
}
