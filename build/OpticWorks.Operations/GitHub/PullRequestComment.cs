using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.GitHub;

/// <summary>One comment a topic on a pull request, brought up to date instead of repeated; a marker that people do not see finds it again.</summary>
public sealed class PullRequestComment(GitHubApi github)
{
    /// <summary>GitHub's limit for a comment, in characters.</summary>
    public const int MostCharacters = 65_536;

    private const int PerPage = 100;

    /// <summary>Of a thread that is longer still, the comment is not found again, and a new one is written.</summary>
    private const int MostPages = 10;

    /// <param name="topic">Lowercase letters and dashes, for example "migrations".</param>
    /// <returns>Whether there was one already.</returns>
    public async Task<bool> PutAsync(int pullRequest, string topic, string markdown, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["body"] = Body(topic, markdown) };
        if (await FindAsync(pullRequest, topic, cancellationToken).ConfigureAwait(false) is { } known)
        {
            await github.PatchAsync($"issues/comments/{known}", body, cancellationToken).ConfigureAwait(false);
            return true;
        }

        await github.PostAsync($"issues/{pullRequest}/comments", body, cancellationToken).ConfigureAwait(false);
        return false;
    }

    internal static string Marker(string topic) => $"<!-- opticworks:{topic} -->";

    internal static string Body(string topic, string markdown)
    {
        const string Cut = "\n```\n\n…cut: the whole of it is in the log.\n";
        var text = $"{Marker(topic)}\n{markdown}";
        return text.Length <= MostCharacters ? text : text[..(MostCharacters - Cut.Length)] + Cut;
    }

    /// <summary>Only one of our own: who can comment can copy a marker.</summary>
    private async Task<long?> FindAsync(int pullRequest, string topic, CancellationToken cancellationToken)
    {
        for (var page = 1; page <= MostPages; page++)
        {
            var comments = await github.GetAsync($"issues/{pullRequest}/comments?per_page={PerPage}&page={page}", cancellationToken).ConfigureAwait(false);
            foreach (var comment in comments.EnumerateArray())
            {
                if (comment.TryGetProperty("body", out var body) && body.GetString()?.StartsWith(Marker(topic), StringComparison.Ordinal) == true && IsOurs(comment))
                    return comment.GetProperty("id").GetInt64();
            }

            if (comments.GetArrayLength() < PerPage)
                return null;
        }

        return null;
    }

    private bool IsOurs(JsonElement comment) =>
        comment.TryGetProperty("user", out var user) && user.ValueKind == JsonValueKind.Object
        && (user.GetProperty("type").GetString() == "Bot" || user.GetProperty("login").GetString() == github.Place.Actor);
}
