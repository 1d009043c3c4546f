using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.GitHub;

/// <summary>GitHub's REST API, as far as this suite needs it. The form of each request is that of GitHub's published OpenAPI description.</summary>
public sealed class GitHubApi : IDisposable
{
    private const string Version = "2022-11-28";

    private readonly HttpClient _client;
    private readonly GitHubLimits _limits;
    private readonly INarrator _narrator;

    public GitHubApi(GitHubPlace place, GitHubLimits limits, INarrator narrator)
    {
        Place = place;
        _limits = limits;
        _narrator = narrator;
        // A redirect would take the request somewhere that nobody named.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = limits.Request }) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", place.Token);
        _client.DefaultRequestHeaders.Add("Accept", "application/vnd.github+json");
        _client.DefaultRequestHeaders.Add("User-Agent", "opticworks-build");
        _client.DefaultRequestHeaders.Add("X-GitHub-Api-Version", Version);
    }

    public GitHubPlace Place { get; }

    public void Dispose() => _client.Dispose();

    /// <param name="rest">Below /repos/OWNER/NAME/.</param>
    /// <exception cref="OperationException">It was not done, and why.</exception>
    public async Task<JsonElement> GetAsync(string rest, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, rest, null, mayBeMissing: false, cancellationToken).ConfigureAwait(false) ?? default;

    /// <summary>Null: there is no such thing.</summary>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public Task<JsonElement?> FindAsync(string rest, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, rest, null, mayBeMissing: true, cancellationToken);

    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public async Task<JsonElement> PostAsync(string rest, JsonObject body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, rest, body, mayBeMissing: false, cancellationToken).ConfigureAwait(false) ?? default;

    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public async Task<JsonElement> PatchAsync(string rest, JsonObject body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Patch, rest, body, mayBeMissing: false, cancellationToken).ConfigureAwait(false) ?? default;

    private async Task<JsonElement?> SendAsync(HttpMethod method, string rest, JsonObject? body, bool mayBeMissing, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, content, permissions) = await OnceAsync(method, rest, body, cancellationToken).ConfigureAwait(false);
            if (answer.Status is >= 200 and < 300)
                return content;
            if (mayBeMissing && answer.Status == 404)
                return null;
            if (SendAgain.After(answer, attempt, waited, _limits, DateTimeOffset.UtcNow) is not { } wait)
                throw Refused(method, rest, answer, attempt, permissions);
            if (wait > TimeSpan.FromSeconds(5))
                _narrator.Say("github", $"{Why(answer)}: waiting {wait.TotalSeconds:0} s, at most {_limits.Wait.TotalSeconds:0} s in all");
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            waited += wait;
        }
    }

    private async Task<(GitHubAnswer Answer, JsonElement? Content, string? Permissions)> OnceAsync(
        HttpMethod method, string rest, JsonObject? body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.Request);
        using var request = new HttpRequestMessage(method, Place.Api.AbsoluteUri.TrimEnd('/') + Place.Path(rest));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _client.SendAsync(request, limit.Token).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            var content = Json(text);
            return (new GitHubAnswer(method.Method, (int)response.StatusCode)
            {
                RetryAfter = Header(response, "Retry-After"),
                Remaining = Header(response, "X-RateLimit-Remaining"),
                Reset = Header(response, "X-RateLimit-Reset"),
                Message = Message(content) ?? "",
            }, content, Header(response, "X-Accepted-GitHub-Permissions"));
        }
        catch (HttpRequestException e)
        {
            return (new GitHubAnswer(method.Method, null, Sent: e.InnerException is not SocketException) { Message = e.Message }, null, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new GitHubAnswer(method.Method, null) { Message = $"no answer within {_limits.Request.TotalSeconds:0.#} s" }, null, null);
        }
    }

    private OperationException Refused(HttpMethod method, string rest, GitHubAnswer answer, int attempt, string? permissions) =>
        new($"GitHub: {method} {rest.Split('?')[0]}: {Why(answer)}{(attempt > 1 ? $", sent {attempt} times" : "")}", ExitCodes.Engine)
        {
            Where = Place.Repository,
            Seen = answer.Message,
            Next = answer.Status is 401 ? "renew GITHUB_TOKEN" : answer.Status is 403 or 404 && permissions is not null ? $"give the token {permissions}" : null,
        };

    private static string Why(GitHubAnswer answer) => answer switch
    {
        { IsLimited: true } => $"too many requests ({answer.Status})",
        { Status: { } status } => $"{status} {answer.Message}".TrimEnd(),
        _ => answer.Message,
    };

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // An empty answer, or a proxy's page.
        }
    }

    private static string? Message(JsonElement? content) =>
        content is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("message", out var message) ? message.GetString() : null;
}
