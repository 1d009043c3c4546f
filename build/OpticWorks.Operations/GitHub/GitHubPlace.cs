using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.GitHub;

/// <summary>The repository that is written to, and the run that writes.</summary>
/// <param name="Api">Without a slash at its end.</param>
/// <param name="Repository">OWNER/NAME.</param>
public sealed partial record GitHubPlace(Uri Api, string Repository, string Token)
{
    /// <summary>The page of this run of a workflow, with its log; null: it runs elsewhere.</summary>
    public string? RunUrl { get; init; }

    /// <summary>The commit that the workflow runs for; of a pull request its last one, not the trial merge.</summary>
    public string? Commit { get; init; }

    public int? PullRequest { get; init; }

    public string? Actor { get; init; }

    public string Path(string rest) => $"/repos/{string.Join('/', Repository.Split('/').Select(Uri.EscapeDataString))}/{rest}";

    /// <summary>Out of the variables that GitHub Actions sets (https://docs.github.com/actions/reference/workflows-and-actions/variables); on a person's machine
    /// GITHUB_TOKEN and the checkout's origin are enough.</summary>
    /// <param name="origin">The URL of the checkout's remote; null: unknown.</param>
    /// <param name="missing">Why there is none.</param>
    public static GitHubPlace? Of(Func<string, string?> variable, string? token, string? origin, out string missing)
    {
        missing = "";
        var repository = variable("GITHUB_REPOSITORY") is { Length: > 0 } named ? named : RepositoryOf(origin);
        if (string.IsNullOrWhiteSpace(token))
            missing = "GITHUB_TOKEN is not set";
        else if (repository is null || !Named().IsMatch(repository))
            missing = "GITHUB_REPOSITORY names no repository";
        var server = variable("GITHUB_SERVER_URL") is { Length: > 0 } url ? url.TrimEnd('/') : "https://github.com";
        var address = variable("GITHUB_API_URL") is { Length: > 0 } given ? given.TrimEnd('/') : "https://api.github.com";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var api) || !(api.Scheme == Uri.UriSchemeHttps || api.IsLoopback && api.Scheme == Uri.UriSchemeHttp))
            missing = "GITHUB_API_URL is not an https address; a token goes nowhere else";
        if (missing.Length > 0)
            return null;
        var (number, head) = Event(variable("GITHUB_EVENT_PATH"));
        return new GitHubPlace(api!, repository!, token!)
        {
            RunUrl = variable("GITHUB_RUN_ID") is { Length: > 0 } run ? $"{server}/{repository}/actions/runs/{run}" : null,
            Commit = head ?? (variable("GITHUB_SHA") is { Length: > 0 } sha ? sha : null),
            PullRequest = number,
            Actor = variable("GITHUB_ACTOR"),
        };
    }

    /// <summary>OWNER/NAME of a remote at github.com, over https or SSH; null: it is elsewhere.</summary>
    public static string? RepositoryOf(string? origin) => Origin().Match(origin ?? "") is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Printing it prints no token.</summary>
    public override string ToString() => Repository;

    /// <summary>Number and last commit of the pull request that the event is about.</summary>
    private static (int? Number, string? Head) Event(string? path)
    {
        try
        {
            if (string.IsNullOrEmpty(path) || !File.Exists(path))
                return default;
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.TryGetProperty("pull_request", out var pull)
                ? (pull.GetProperty("number").GetInt32(), pull.GetProperty("head").GetProperty("sha").GetString())
                : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return default;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?:https://(?:[^@/]+@)?|(?:ssh://)?git@)github\.com[:/]([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+?)(?:\.git)?/?$")]
    private static partial Regex Origin();
}
