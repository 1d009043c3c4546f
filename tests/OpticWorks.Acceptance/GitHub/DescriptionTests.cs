namespace OpticWorks.Acceptance.GitHub;

/// <summary>The judge itself: what conforms passes, and what was planted does not.</summary>
public sealed class DescriptionTests
{
    private const string Repository = "/repos/optic-works/store";

    [Theory]
    [InlineData("POST", "/deployments", """{"ref":"3f9c2ab","required_contexts":[],"payload":{"release":"r"},"auto_merge":false}""")]
    [InlineData("POST", "/deployments", """{"ref":"3f9c2ab","payload":"text","description":null}""")]
    [InlineData("POST", "/deployments/12/statuses", """{"state":"in_progress","log_url":"https://x"}""")]
    [InlineData("GET", "/issues/3/comments?per_page=100&page=2", null)]
    [InlineData("GET", "/compare/a...b?per_page=100", null)]
    public async Task A_request_that_is_described_passes(string method, string path, string? body) =>
        (await JudgeAsync(method, path, body)).ShouldBeEmpty();

    [Theory]
    [InlineData("POST", "/deployments", """{"environment":"staging"}""", "body.ref is missing")]
    [InlineData("POST", "/deployments", """{"ref":7}""", "body.ref: Number where string is described")]
    [InlineData("POST", "/deployments", """{"ref":"a","required_contexts":"none"}""", "body.required_contexts: String where array")]
    [InlineData("POST", "/deployments", """{"ref":"a","required_contexts":[1]}""", "body.required_contexts[0]: Number where string")]
    [InlineData("POST", "/deployments", """{"ref":"a","payload":[1]}""", "body.payload: fits none of its forms")]
    [InlineData("POST", "/deployments", """{"ref":"a","enviroment":"staging"}""", "body.enviroment is not described")]
    [InlineData("POST", "/deployments", null, "the body is missing")]
    [InlineData("POST", "/deployments", "{", "no JSON")]
    [InlineData("POST", "/deployments/12/statuses", """{"state":"done"}""", "is none of")]
    [InlineData("POST", "/deployments/twelve/statuses", """{"state":"success"}""", "no integer")]
    [InlineData("POST", "/statuses/abc", """{"state":"pending","target_url":3}""", "body.target_url")]
    [InlineData("PUT", "/deployments", """{"ref":"a"}""", "is not described")]
    [InlineData("POST", "/deployment", """{"ref":"a"}""", "is not described")]
    [InlineData("GET", "/issues/3/comments?perpage=100", null, "perpage is no parameter")]
    [InlineData("GET", "/issues/3/comments?per_page=many", null, "no integer")]
    [InlineData("GET", "/issues/3/comments?per_page=200", null, "at most 100")]
    [InlineData("GET", "/issues/three/comments", null, "no integer")]
    [InlineData("GET", "/issues/3/comments", "{}", "a body where none")]
    public async Task A_planted_request_that_is_not_described_is_refused(string method, string path, string? body, string problem) =>
        (await JudgeAsync(method, path, body)).ShouldContain(found => found.Contains(problem, StringComparison.Ordinal), $"{method} {path}");

    private static async Task<IReadOnlyList<string>> JudgeAsync(string method, string path, string? body) =>
        (await PublishedDescription.GetAsync()).Judge(method, Repository + path, body, out _);
}
