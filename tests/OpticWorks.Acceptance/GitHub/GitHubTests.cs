using OpticWorks.Operations;
using OpticWorks.Operations.GitHub;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>The calls to GitHub before a server that refuses what GitHub's description does not describe.</summary>
public sealed class GitHubTests : IAsyncLifetime
{
    private const string Comments = "/repos/{owner}/{repo}/issues/{issue_number}/comments";

    private readonly Lines _narrator = new();
    private GitHubServer _server = null!;
    private ApiDescription _description = null!;

    public async Task InitializeAsync() => (_server, _description) = (await GitHubServer.StartAsync(), await PublishedDescription.GetAsync());

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _server.Violations.ShouldBeEmpty();
        _narrator.All.ShouldAllBe(line => !line.Contains(GitHubServer.Token));
    }

    private GitHubApi Api(GitHubLimits? limits = null) => new(_server.Place(), limits ?? GitHubServer.Limits, _narrator);

    [Fact]
    public async Task A_comment_is_written_once_and_then_brought_up_to_date()
    {
        using var api = Api();
        var comment = new PullRequestComment(api);

        (await comment.PutAsync(3, "migrations", "none", CancellationToken.None)).ShouldBeFalse();
        // Somebody quotes the marker, and somebody else's comment begins with it; ours is the third.
        _server.Answer($"GET {Comments}", 200,
            """
            [{"id":1,"body":"look: <!-- opticworks:migrations -->","user":{"type":"Bot","login":"x[bot]"}},
             {"id":2,"body":"<!-- opticworks:migrations -->\nmine now","user":{"type":"User","login":"mallory"}},
             {"id":4,"body":"<!-- opticworks:migrations -->\nnone","user":{"type":"Bot","login":"github-actions[bot]"}}]
            """);
        (await comment.PutAsync(3, "migrations", "two", CancellationToken.None)).ShouldBeTrue();

        _server.Lines().ShouldBe([
            "GET /repos/optic-works/store/issues/3/comments?per_page=100&page=1", "POST /repos/optic-works/store/issues/3/comments",
            "GET /repos/optic-works/store/issues/3/comments?per_page=100&page=1", "PATCH /repos/optic-works/store/issues/comments/4"]);
        _server.Requests.Last().Json["body"]!.GetValue<string>().ShouldBe("<!-- opticworks:migrations -->\ntwo");
    }

    [Fact]
    public async Task A_comment_on_a_later_page_is_found_as_GitHub_shows_it()
    {
        var items = _description.Example("issue-comment-items").Trim()[1..^1];
        _server.Answer($"GET {Comments}", 200, $"[{string.Join(',', Enumerable.Repeat(items, 100))}]")
            .Answer($"GET {Comments}", 200, $"[{items}]");
        using var api = Api();

        (await new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None)).ShouldBeFalse();

        _server.Lines().Count(line => line.Contains("page=2")).ShouldBe(1);
    }

    [Fact]
    public async Task A_limit_is_waited_for_as_long_as_GitHub_says()
    {
        _server.Answer($"GET {Comments}", 403, """{"message":"You have exceeded a secondary rate limit."}""", ("Retry-After", "1"))
            .Answer($"GET {Comments}", 429, """{"message":"slow down"}""", ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}"));
        using var api = Api();

        await new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None);

        _server.Lines().Count(line => line.StartsWith("GET", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_limit_beyond_ours_is_not_waited_for()
    {
        _server.Answer("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 403, """{"message":"API rate limit exceeded"}""",
            ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}"));
        using var api = Api();

        var refused = await Should.ThrowAsync<OperationException>(() => new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None));

        refused.Message.ShouldContain("too many requests (403)");
    }

    [Fact]
    public async Task What_may_have_been_carried_out_is_not_sent_twice_and_what_only_reads_is()
    {
        _server.Answer($"POST {Comments}", 502, "<html>").Answer($"GET {Comments}", 502, "<html>");
        using var api = Api();

        var failed = await Should.ThrowAsync<OperationException>(() => new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None));

        failed.Message.ShouldContain("502");
        _server.Lines().Select(line => line.Split(' ')[0]).ShouldBe(["GET", "GET", "POST"]);
    }

    [Fact]
    public async Task A_missing_right_is_named()
    {
        _server.Answer($"POST {Comments}", 403, """{"message":"Resource not accessible by integration"}""", ("X-Accepted-GitHub-Permissions", "issues=write"));
        using var api = Api();

        var refused = await Should.ThrowAsync<OperationException>(() => new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None));

        refused.Next.ShouldBe("give the token issues=write");
    }

    [Fact]
    public async Task Nobody_is_followed_elsewhere_with_the_token()
    {
        _server.Answer($"GET {Comments}", 301, "{}", ("Location", "http://127.0.0.1:1/"));
        using var api = Api();

        (await Should.ThrowAsync<OperationException>(() => new PullRequestComment(api).PutAsync(3, "migrations", "x", CancellationToken.None))).Message.ShouldContain("301");
    }

    [Fact]
    public async Task Notes_name_each_merged_pull_request_once_and_loose_commits()
    {
        _server.Answer("GET /repos/{owner}/{repo}/compare/{basehead}", 200,
                """{"total_commits":3,"commits":[{"sha":"aaaaaaaaaa","commit":{"message":"one\n\nbody"}},{"sha":"bbbbbbbbbb","commit":{"message":"two"}},{"sha":"cccccccccc","commit":{"message":"straight to main"}}]}""")
            .Answer("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", 200, Merged).Answer("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", 200, Merged);
        using var api = Api();

        var notes = await new PublishedReleases(api).NotesAsync("r-2", "production", "r-1", "aaa", "ccc", CancellationToken.None);

        notes.Pulls.ShouldHaveSingleItem().Number.ShouldBe(1347); // GitHub's own example
        notes.Loose.ShouldHaveSingleItem().Subject.ShouldBe("straight to main");
        notes.More.ShouldBe(0);
    }

    private string Merged => _description.Example("pull-request-simple-items");
}
