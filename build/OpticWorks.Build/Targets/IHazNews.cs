using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Build.Targets;

/// <summary>Who is told of what happens to an environment: GitHub, Slack, the summary of the step. Nobody is told of the local one.</summary>
internal interface IHazNews : IHazEnvironment, IHazGitHub
{
    private const string Hook = "slack";

    /// <summary>Hears of the environment's operations; asks for secrets and programs only when there is something to tell.</summary>
    /// <param name="control">Knows the releases and their commits.</param>
    IOperationObserver ObserverOf(StoreEnvironment environment, IHost control)
    {
        if (environment.Local)
            return NoObserver.Instance;
        var artifacts = (this as IHazStore)?.Artifacts;
        var commits = new ReleaseCommits(digest => artifacts?.Find(digest)?.Commit, new ReleaseBook(control).ReadAsync);
        return Session.Newsroom ??= new Newsroom(
        [
            new SummarySink(System.Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY"), Narrator),
            new GitHubSink(token => GitHubAsync("the deployment's record, its line beside the commit, release notes", token), environment, commits),
            new SlackSink(token => SlackAsync(environment, token), RunUrl),
        ], Narrator);
    }

    /// <summary>A fact that somebody has to know although nobody looks. Never fails anything.</summary>
    async Task TellAsync(StoreEnvironment environment, string text, CancellationToken cancellationToken)
    {
        try
        {
            if (!environment.Local && await SlackAsync(environment, cancellationToken).ConfigureAwait(false) is { } slack)
                await slack.SendAsync(Session.Scrubber.Scrub(RunUrl is { } url ? $"{text}\n{url}" : text), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            Narrator.Warn(Hook, $"not told that {text}: {e.Message}");
        }
    }

    /// <summary>The page of this run of a workflow; null: it runs elsewhere.</summary>
    private static string? RunUrl => System.Environment.GetEnvironmentVariable("GITHUB_RUN_ID") is { Length: > 0 } id
        ? $"{System.Environment.GetEnvironmentVariable("GITHUB_SERVER_URL") ?? "https://github.com"}/{System.Environment.GetEnvironmentVariable("GITHUB_REPOSITORY")}/actions/runs/{id}"
        : null;

    /// <summary>The environment's webhook; null: it names none, or its secret cannot be had, which is said in one line, once.</summary>
    private async Task<SlackWebhook?> SlackAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        if (!environment.Notify.TryGetValue(Hook, out var reference) || Session.LeftOut.ContainsKey(Hook))
            return null;
        if (Session.Slack is { } known)
            return known;
        try
        {
            var secret = await SecretsAsync(environment, cancellationToken, $"notify.{Hook}").ConfigureAwait(false);
            return Session.Slack = SlackWebhook.Parse(secret(reference));
        }
        catch (OperationException e)
        {
            if (Session.LeftOut.TryAdd(Hook, true))
                Narrator.Say(Hook, $"left out: messages ({e.Seen ?? e.Message})");
            return null;
        }
    }
}
