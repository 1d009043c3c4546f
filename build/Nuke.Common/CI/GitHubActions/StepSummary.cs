using System.Net;
using System.Text;
using Nuke.Common.Execution;
using Nuke.Common.Reporting;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>
/// The page that GitHub shows for a step: a table of the targets, and what made the run fail. Markdown, appended to the file that
/// GITHUB_STEP_SUMMARY names (https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary).
/// </summary>
internal static class StepSummary
{
    /// <summary>Characters that would begin something in Markdown.</summary>
    private const string Marks = "\\`*_[]|~#";

    /// <summary>Does nothing on other hosts or without a file. A file that cannot be written costs a warning, not the run.</summary>
    public static void Append(Host host, IReadOnlyCollection<ExecutableTarget> plan)
    {
        var file = EnvironmentInfo.GetVariable("GITHUB_STEP_SUMMARY");
        if (host is not GitHubActions server || string.IsNullOrEmpty(file))
            return;
        try
        {
            File.AppendAllText(file, Of(plan, BuildLog.Failures));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            server.WriteWarning($"The step summary was not written: {exception.Message}");
        }
    }

    internal static string Of(IReadOnlyCollection<ExecutableTarget> plan, IReadOnlyCollection<BuildFailure> failures)
    {
        var hasSucceeded = failures.Count == 0
            && !plan.Any(target => target.Status is ExecutionStatus.Failed or ExecutionStatus.Aborted or ExecutionStatus.NotRun);
        var text = new StringBuilder(hasSucceeded ? "### Build succeeded\n\n" : "### Build failed\n\n");
        var rows = plan.Where(target => target.Status != ExecutionStatus.Collective).ToList();
        if (rows.Count > 0)
            text.Append("| Target | Status | Duration | Notes |\n|---|---|--:|---|\n");
        foreach (var target in rows)
        {
            string[] cells = [target.Name, target.Status.ToString(), SummaryTable.DurationOf(target), SummaryTable.Information(target)];
            text.Append($"| {string.Join(" | ", cells.Select(Cell))} |\n");
        }

        if (rows.Count > 0)
            text.Append('\n');
        foreach (var failure in failures)
            text.Append($"**{Cell(failure.Where)}**\n\n<pre>{WebUtility.HtmlEncode(Redaction.Of(failure.Text))}</pre>\n\n");
        return text.ToString();
    }

    private static string Cell(string text)
    {
        var line = WebUtility.HtmlEncode(Redaction.Of(text)).ReplaceLineEndings(" ");
        // An entity such as &#39; keeps its sign.
        return string.Concat(line.Select((character, i) =>
            Marks.Contains(character) && !(character == '#' && i > 0 && line[i - 1] == '&') ? $"\\{character}" : character.ToString()));
    }
}
