using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>A request as it came.</summary>
internal sealed record SeenRequest(string Method, string Template, string Path, string? Body)
{
    public JsonNode Json => JsonNode.Parse(Body!)!;
}

/// <summary>Stands in for GitHub on the loopback: refuses whatever GitHub's published description does not describe (422), keeps the rest, and answers with what a
/// test gave it, else with the least that an answer holds.</summary>
internal sealed class GitHubServer : IAsyncDisposable
{
    public const string Token = "ghs_test-token-0815";

    /// <summary>GitHub's own waits, but a busy computer may be slow to answer.</summary>
    public static GitHubLimits Limits { get; } = GitHubLimits.Default with { Request = TimeSpan.FromMinutes(5) };

    private readonly HttpListener _listener = new();
    private readonly ApiDescription _description;
    private readonly Task _serving;
    private int _ids = 1000;
    private volatile bool _isEnding;

    private GitHubServer(ApiDescription description, int port)
    {
        _description = description;
        Address = new Uri($"http://127.0.0.1:{port}");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>Requests that do not conform.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Answers to "METHOD template", each used once, in order; then the server's own.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<(int Status, string Body, Dictionary<string, string> Headers)>> Answers { get; } = new();

    public static async Task<GitHubServer> StartAsync()
    {
        var description = await PublishedDescription.GetAsync();
        while (true)
        {
            try
            {
                return new GitHubServer(description, LoopbackPort.Free());
            }
            catch (HttpListenerException)
            {
                // Somebody was quicker with that port.
            }
        }
    }

    public GitHubPlace Place() => new(Address, "optic-works/store", Token) { RunUrl = "https://github.com/optic-works/store/actions/runs/7", Actor = "mara" };

    public GitHubServer Answer(string operation, int status, string body, params (string Name, string Value)[] headers)
    {
        Answers.GetOrAdd(operation, _ => new()).Enqueue((status, body, headers.ToDictionary(pair => pair.Name, pair => pair.Value)));
        return this;
    }

    public string[] Lines() => [.. Requests.Select(request => $"{request.Method} {request.Path}")];

    public async ValueTask DisposeAsync()
    {
        // At once: to close a listener that was stopped takes its port once more, which somebody else may have by now.
        _isEnding = true;
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (_isEnding && (e is HttpListenerException or ObjectDisposedException))
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        var body = request.HasEntityBody ? await new StreamReader(request.InputStream, Encoding.UTF8).ReadToEndAsync() : null;
        var path = request.RawUrl!;
        var problems = _description.Judge(request.HttpMethod, path, body, out var template).Concat(Headers(request, body)).ToArray();
        Requests.Enqueue(new SeenRequest(request.HttpMethod, template, path, body));
        var (status, answer, headers) = problems.Length > 0
            ? (422, $$"""{"message":"{{problems[0].Replace('"', '\'')}}"}""", new Dictionary<string, string>())
            : Answers.TryGetValue($"{request.HttpMethod} {template}", out var queue) && queue.TryDequeue(out var given) ? given : (Status(request.HttpMethod), Default(request.HttpMethod, template), []);
        foreach (var problem in problems)
            Violations.Enqueue($"{request.HttpMethod} {path}: {problem}");
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    }

    /// <summary>What GitHub asks of every request (https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api).</summary>
    private static IEnumerable<string> Headers(HttpListenerRequest request, string? body)
    {
        if (request.Headers["Authorization"] != $"Bearer {Token}")
            yield return "no token";
        if (request.Headers["Accept"] != "application/vnd.github+json")
            yield return "Accept";
        if (request.Headers["X-GitHub-Api-Version"] != "2022-11-28")
            yield return "X-GitHub-Api-Version";
        if (string.IsNullOrEmpty(request.UserAgent))
            yield return "no User-Agent";
        if (body is not null && request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            yield return "Content-Type";
    }

    private static int Status(string method) => method == "POST" ? 201 : 200;

    private string Default(string method, string template) => method switch
    {
        "GET" when template.EndsWith("/compare/{basehead}", StringComparison.Ordinal) => """{"total_commits":0,"commits":[]}""",
        "GET" => "[]",
        _ => $$"""{"id":{{Interlocked.Increment(ref _ids)}}}""",
    };
}
