using Nuke.Common.Execution;

namespace Nuke.Common.Reporting;

/// <summary>The closing table: every target with actions, its status, how long it took, and what it reported.</summary>
internal static class SummaryTable
{
    private const int StatusWidth = 10;
    private const int DurationWidth = 10;
    private const int ShortestNameColumn = 19;

    public static void Write(INukeBuild build)
    {
        var targets = build.ExecutionPlan.Where(target => target.Status != ExecutionStatus.Collective).ToList();
        var column = Math.Max(ShortestNameColumn, targets.Select(target => target.Name.Length + 4).DefaultIfEmpty().Max());
        var width = column + StatusWidth + DurationWidth;
        var total = targets.Aggregate(TimeSpan.Zero, (sum, target) => sum + target.Duration);

        Out.Line();
        Out.Line(new string('═', width));
        Out.Line(Row("Target", "Status", "Duration"));
        Out.Line(new string('─', width));
        foreach (var target in targets)
            Out.Line((Row(target.Name, target.Status.ToString(), DurationOf(target)) + Comment(target)).TrimEnd(), ToneOf(target.Status));
        Out.Line(new string('─', width));
        Out.Line(Row("Total", string.Empty, Format(total)));
        Out.Line(new string('═', width));

        string Row(string name, string status, string duration) =>
            name.PadRight(column) + status.PadRight(StatusWidth) + duration.PadLeft(DurationWidth);
    }

    internal static string Format(TimeSpan duration) =>
        duration < TimeSpan.FromSeconds(1) ? "< 1sec" : $"{(int)duration.TotalMinutes}:{duration.Seconds:00}";

    internal static string DurationOf(ExecutableTarget target) =>
        target.Status is ExecutionStatus.Skipped or ExecutionStatus.NotRun ? string.Empty : Format(target.Duration);

    /// <summary>What the target reported, and why it was skipped.</summary>
    internal static string Information(ExecutableTarget target)
    {
        var entries = target.SummaryInformation.Select(entry => $"{entry.Key}: {entry.Value}").ToList();
        if (target.Skipped != null)
            entries.Add($"Skipped: {target.Skipped}");
        if (target.OnlyWhen != null)
            entries.Add($"OnlyWhen: {target.OnlyWhen}");
        return string.Join(", ", entries);
    }

    private static string Comment(ExecutableTarget target)
    {
        var information = Information(target);
        return information.Length == 0 ? string.Empty : $"   // {information}";
    }

    private static Tone ToneOf(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => Tone.Success,
        ExecutionStatus.Failed or ExecutionStatus.Aborted => Tone.Error,
        ExecutionStatus.NotRun => Tone.Warning,
        _ => Tone.Muted
    };
}
