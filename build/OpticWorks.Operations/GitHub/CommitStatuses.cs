using System.Text.Json.Nodes;

namespace OpticWorks.Operations.GitHub;

/// <summary>What stands beside a commit: one line for each context, the latest counts.</summary>
public sealed class CommitStatuses(GitHubApi github)
{
    /// <param name="context">For example "opticworks/staging".</param>
    /// <param name="state">pending, success, failure or error.</param>
    public Task SetAsync(string commit, string context, string state, string description, string? url, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["state"] = state, ["context"] = context, ["description"] = Deployments.Short(description) };
        if (url is not null)
            body["target_url"] = url;
        return github.PostAsync($"statuses/{Uri.EscapeDataString(commit)}", body, cancellationToken);
    }
}
