using System.Globalization;
using System.Text;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Notifications;

namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>A rehearsal in short: for a terminal, and for a step's summary. Pure.</summary>
public static class RehearsalText
{
    /// <summary>One sentence: how it ended, how long it took, how shoppers fared.</summary>
    public static string Sentence(RehearsalReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{(report.Quick ? "Quick rehearsal" : "Rehearsal")} {(report.Passed ? "passed" : "FAILED")} in {OperationText.Time(report.Duration)}: {report.Shoppers.Sent:N0} requests of shoppers, {report.Shoppers.Failed:N0} failed{(report.Shoppers.Given > 0 ? $"; {report.Shoppers.Given:N0} more were given to release 3 to fail" : "")}");

    /// <summary>The lines of a terminal.</summary>
    public static IReadOnlyList<string> Lines(RehearsalReport report)
    {
        List<string> lines = [Sentence(report), ""];
        var width = report.Steps.Count == 0 ? 0 : report.Steps.Max(step => step.Name.Length) + 2;
        lines.AddRange(report.Steps.Select(step => $"  {step.Name.PadRight(width)}{OperationText.Time(step.Duration),12}   {(step.End == StepEnd.Failed ? "FAILED: " : "")}{step.Result}".TrimEnd()));
        lines.Add("");
        if (report.Shoppers.Sent > 0)
            lines.Add($"  shoppers   {Traffic(report)}");
        lines.AddRange(report.Canaries.Select(canary => $"  {canary.Name,-9}  {canary.Verdict}"));
        if (Backup(report) is { } backup)
            lines.Add($"  backup     {backup}");
        lines.AddRange(report.Problems.Select(problem => $"  problem    {problem}"));
        return lines;
    }

    /// <summary>The same as GitHub's Markdown.</summary>
    public static string Markdown(RehearsalReport report)
    {
        var text = new StringBuilder($"### {MarkdownText.Of(Sentence(report))}\n\n| step | time | |\n|---|---:|---|\n");
        foreach (var step in report.Steps)
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Of(step.Name)} | {OperationText.Time(step.Duration)} | {(step.End == StepEnd.Failed ? "**FAILED:** " : "")}{MarkdownText.Of(step.Result)} |\n");
        text.Append('\n');
        if (report.Shoppers.Sent > 0)
            text.Append(CultureInfo.InvariantCulture, $"- shoppers: {MarkdownText.Of(Traffic(report))}\n");
        foreach (var canary in report.Canaries)
            text.Append(CultureInfo.InvariantCulture, $"- {MarkdownText.Of($"{canary.Name}: {canary.Verdict}")}\n");
        if (Backup(report) is { } backup)
            text.Append(CultureInfo.InvariantCulture, $"- backup: {MarkdownText.Of(backup)}\n");
        foreach (var problem in report.Problems)
            text.Append(CultureInfo.InvariantCulture, $"- **problem:** {MarkdownText.Of(problem)}\n");
        return text.Append('\n').ToString();
    }

    /// <summary>Requests, failures and response times in a line.</summary>
    internal static string Traffic(RehearsalReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{report.Shoppers.Sent:N0} requests, {report.Shoppers.Failed:N0} failed, {report.Shoppers.Given:N0} given to release 3; p50 {report.Shoppers.P50:0} ms, p95 {report.Shoppers.P95:0} ms");

    /// <summary>What was backed up and how it was verified; null: nothing was.</summary>
    internal static string? Backup(RehearsalReport report) => report.Backup is not { } backup ? null : string.Create(CultureInfo.InvariantCulture,
        $"{backup.Id}: {backup.Tables} tables, {backup.Rows:N0} rows, {DumpProgress.Size(backup.Length)}; {(report.Proof is { Verifies: true } proof ? $"restored and compared in {proof.Seconds:0.0} s, all the same" : "NOT verified")}");
}
