using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Notifications;

/// <summary>Start, verdict and end of operations in Slack.</summary>
/// <param name="webhook">Finds the webhook when there is something to tell; null: there is none.</param>
/// <param name="runUrl">Where the log can be read; null: on the operator's terminal only.</param>
public sealed class SlackSink(Func<CancellationToken, Task<SlackWebhook?>> webhook, string? runUrl) : INewsSink
{
    public string Name => "slack";

    public async Task TellAsync(OperationMoment moment, CancellationToken cancellationToken)
    {
        if (await webhook(cancellationToken).ConfigureAwait(false) is { } slack)
            await slack.SendAsync(Text(moment, runUrl), cancellationToken).ConfigureAwait(false);
    }

    internal static string Text(OperationMoment moment, string? runUrl)
    {
        var lines = new List<string> { OperationText.Line(moment) };
        if (moment.IsEnd)
            lines[0] += $" after {OperationText.Time(moment.Duration)}";
        else
            lines.Add($"by {moment.Operation.Owner}@{moment.Operation.Machine}: {moment.Reason}");
        if (OperationText.Next(moment) is { } next)
            lines.Add(next);
        if (runUrl is not null)
            lines.Add(runUrl);
        return string.Join('\n', lines);
    }
}
