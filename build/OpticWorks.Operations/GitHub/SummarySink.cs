using System.Text;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.GitHub;

/// <summary>The end of an operation in the summary of the step that ran it. Needs no token.</summary>
/// <param name="file">What GITHUB_STEP_SUMMARY says; null or empty: there is none.</param>
public sealed class SummarySink(string? file, INarrator narrator) : INewsSink
{
    public string Name => "summary";

    public Task TellAsync(OperationMoment moment, CancellationToken cancellationToken)
    {
        if (moment.IsEnd)
            JobSummary.Append(file, Markdown(moment), narrator);
        return Task.CompletedTask;
    }

    internal static string Markdown(OperationMoment moment)
    {
        var text = new StringBuilder($"### {MarkdownText.Of(OperationText.Line(moment))}\n\n");
        text.Append($"- operation `{moment.Operation.Operation}` by {MarkdownText.Of($"{moment.Operation.Owner}@{moment.Operation.Machine}")}, {OperationText.Time(moment.Duration)}\n");
        text.Append($"- why: {MarkdownText.Of(moment.Reason)}\n");
        if (OperationText.Next(moment) is { } next)
            text.Append($"- next: `{next}`\n");
        return text.Append('\n').ToString();
    }
}
