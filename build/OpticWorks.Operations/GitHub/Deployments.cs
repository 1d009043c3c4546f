using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.GitHub;

/// <summary>States of a deployment at GitHub.</summary>
public enum DeploymentState
{
    InProgress,
    Success,

    /// <summary>It failed, and everything is as it was.</summary>
    Failure,

    /// <summary>It failed, and somebody has to look.</summary>
    Error,
}

/// <summary>A deployment as it is asked for.</summary>
/// <param name="Commit">What is deployed.</param>
/// <param name="Task">What people see it as, for example "DeployBackend".</param>
/// <param name="IsProduction">Whether shoppers use the environment.</param>
public sealed record DeploymentWish(string Commit, string Environment, string Task, string Operation, string Release, string Description, bool IsProduction);

/// <summary>Deployments of a repository and what became of them.</summary>
public sealed class Deployments(GitHubApi github)
{
    /// <summary>GitHub's limit for descriptions.</summary>
    private const int Most = 140;

    /// <summary>How many of an environment's latest are looked through for an operation that another process began.</summary>
    private const int Looked = 30;

    /// <returns>Its id.</returns>
    public async Task<long> CreateAsync(DeploymentWish wish, CancellationToken cancellationToken) =>
        Id(await github.PostAsync("deployments", new JsonObject
        {
            ["ref"] = wish.Commit,
            ["task"] = wish.Task,
            // Neither merges anything, nor waits for checks: what is deployed was decided already.
            ["auto_merge"] = false,
            ["required_contexts"] = new JsonArray(),
            ["environment"] = wish.Environment,
            ["production_environment"] = wish.IsProduction,
            ["description"] = Short(wish.Description),
            ["payload"] = new JsonObject { ["operation"] = wish.Operation, ["release"] = wish.Release },
        }, cancellationToken).ConfigureAwait(false));

    /// <summary>The deployment of an operation that was begun before, perhaps elsewhere; null: there is none.</summary>
    public async Task<long?> FindAsync(string environment, string operation, CancellationToken cancellationToken)
    {
        var list = await github.GetAsync($"deployments?environment={Uri.EscapeDataString(environment)}&per_page={Looked}", cancellationToken).ConfigureAwait(false);
        foreach (var deployment in list.EnumerateArray())
        {
            if (deployment.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
                && payload.TryGetProperty("operation", out var named) && named.ValueKind == JsonValueKind.String && named.GetString() == operation)
                return Id(deployment);
        }

        return null;
    }

    /// <param name="logUrl">Where it can be read what happened; null: nowhere.</param>
    /// <param name="url">Where the environment can be seen.</param>
    public Task SetAsync(long deployment, DeploymentState state, string description, string? logUrl, Uri url, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["state"] = state switch
            {
                DeploymentState.InProgress => "in_progress",
                DeploymentState.Success => "success",
                DeploymentState.Failure => "failure",
                _ => "error",
            },
            ["description"] = Short(description),
            ["environment_url"] = url.AbsoluteUri,
            // A deployment that failed and was undone leaves the one before it in place.
            ["auto_inactive"] = state == DeploymentState.Success,
        };
        if (logUrl is not null)
            body["log_url"] = logUrl;
        return github.PostAsync($"deployments/{deployment}/statuses", body, cancellationToken);
    }

    internal static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= Most ? line : line[..(Most - 1)] + "…";
    }

    private static long Id(JsonElement answer) => answer.GetProperty("id").GetInt64();
}
