using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.GitHub;

/// <summary>Releases of a repository, each with the notes of what was merged since the one before.</summary>
public sealed class PublishedReleases(GitHubApi github)
{
    /// <summary>Commits that are asked about one by one; the others are counted.</summary>
    public const int MostCommits = 60;

    /// <summary>What lies between two commits.</summary>
    /// <param name="from">Null: nothing is known before it.</param>
    public async Task<ReleaseNotes> NotesAsync(string release, string environment, string? previous, string? from, string to, CancellationToken cancellationToken)
    {
        if (from is null || from == to)
            return new ReleaseNotes(release, environment, previous, [], [], 0);
        var compared = await github.GetAsync($"compare/{Uri.EscapeDataString(from)}...{Uri.EscapeDataString(to)}?per_page=100", cancellationToken).ConfigureAwait(false);
        var commits = compared.GetProperty("commits").EnumerateArray().ToArray();
        var pulls = new Dictionary<int, MergedPull>();
        var loose = new List<LooseCommit>();
        // In the order of time, one after another, as GitHub asks for.
        foreach (var commit in commits.Take(MostCommits))
        {
            var sha = commit.GetProperty("sha").GetString()!;
            var found = (await github.GetAsync($"commits/{sha}/pulls?per_page=10", cancellationToken).ConfigureAwait(false)).EnumerateArray().Where(IsMerged).Select(Pull).ToArray();
            foreach (var pull in found)
                pulls[pull.Number] = pull;
            if (found.Length == 0)
                loose.Add(new LooseCommit(sha, commit.GetProperty("commit").GetProperty("message").GetString()!.Split('\n')[0]));
        }

        return new ReleaseNotes(release, environment, previous, [.. pulls.Values], loose,
            Math.Max(0, compared.GetProperty("total_commits").GetInt32() - Math.Min(commits.Length, MostCommits)));
    }

    /// <summary>Makes the release, or brings its notes up to date. Its tag is the release's id.</summary>
    public async Task PutAsync(string release, string commit, string notes, CancellationToken cancellationToken)
    {
        if (await github.FindAsync($"releases/tags/{Uri.EscapeDataString(release)}", cancellationToken).ConfigureAwait(false) is { } known)
        {
            await github.PatchAsync($"releases/{known.GetProperty("id").GetInt64()}", new JsonObject { ["body"] = notes }, cancellationToken).ConfigureAwait(false);
            return;
        }

        await github.PostAsync("releases", new JsonObject
        {
            ["tag_name"] = release,
            ["target_commitish"] = commit,
            ["name"] = release,
            ["body"] = notes,
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsMerged(JsonElement pull) => pull.TryGetProperty("merged_at", out var at) && at.ValueKind == JsonValueKind.String;

    private static MergedPull Pull(JsonElement pull) => new(
        pull.GetProperty("number").GetInt32(), pull.GetProperty("title").GetString()!,
        pull.GetProperty("user") is { ValueKind: JsonValueKind.Object } user ? user.GetProperty("login").GetString()! : "unknown", pull.GetProperty("html_url").GetString()!);
}
