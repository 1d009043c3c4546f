using OpticWorks.Operations;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Targets;

/// <summary>GitHub, where there is a token; everything else works without.</summary>
internal interface IHazGitHub : IHazOperations
{
    /// <summary>GitHub's interface; null: it is left out, which is said in one line, once.</summary>
    /// <param name="leftOut">What then does not happen, for example "the deployment's record".</param>
    async Task<GitHubApi?> GitHubAsync(string leftOut, CancellationToken cancellationToken)
    {
        if (Session.GitHub is { } known)
            return known;
        var place = GitHubPlace.Of(System.Environment.GetEnvironmentVariable, Session.GitHubToken, await OriginAsync(cancellationToken).ConfigureAwait(false), out var missing);
        if (place is not null)
            return Session.GitHub = new GitHubApi(place, GitHubLimits.Default, Narrator);
        if (Session.LeftOut.TryAdd("github", true))
            Narrator.Say("github", $"left out: {leftOut} ({missing})");
        return null;
    }

    /// <summary>Brings one comment on the pull request, the step's summary and the line beside the commit up to date. Nothing of it fails the run.</summary>
    /// <param name="topic">Names comment and line, for example "migrations".</param>
    /// <param name="markdown">What people read there.</param>
    /// <param name="verdict">The line beside the commit.</param>
    async Task ReportAsync(string topic, string markdown, bool passed, string verdict, CancellationToken cancellationToken)
    {
        var text = Session.Scrubber.Scrub(markdown);
        JobSummary.Append(System.Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY"), text, Narrator);
        if (Host is not Nuke.Common.CI.IBuildServer)
            return;
        try
        {
            if (await GitHubAsync($"comment and status of {topic}", cancellationToken).ConfigureAwait(false) is not { } github)
                return;
            if (github.Place.PullRequest is { } pullRequest)
                await new PullRequestComment(github).PutAsync(pullRequest, topic, text, cancellationToken).ConfigureAwait(false);
            if (github.Place.Commit is { } commit)
            {
                await new CommitStatuses(github).SetAsync(commit, $"opticworks/{topic}", passed ? "success" : "failure", Session.Scrubber.Scrub(verdict),
                    github.Place.RunUrl, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationException e)
        {
            // A pull request from a fork gets a token that may only read.
            Narrator.Warn("github", $"{topic} was not reported: {e.Message}{(e.Next is { } next ? $" ({next})" : "")}");
        }
    }

    private async Task<string?> OriginAsync(CancellationToken cancellationToken)
    {
        if (System.Environment.GetEnvironmentVariable("GITHUB_REPOSITORY") is { Length: > 0 } || Session.GitHubToken is null)
            return null;
        var origin = await LocalProcess.RunAsync(new LocalCommand("git", "config", "--get", "remote.origin.url") { WorkingDirectory = RootDirectory, Limit = TimeSpan.FromSeconds(5) },
            null, cancellationToken).ConfigureAwait(false);
        return origin.Succeeded ? origin.Output.Trim() : null;
    }
}
