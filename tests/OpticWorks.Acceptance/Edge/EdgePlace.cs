using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Edge;

/// <summary>The tests of one local edge, one after the other.</summary>
[CollectionDefinition(EdgePlace.Collection)]
public sealed class EdgeTests : ICollectionFixture<EdgePlace>;

/// <summary>A local edge for tests, the real wrangler against it, and two versions of a Worker that it uploaded.</summary>
public sealed class EdgePlace : IAsyncLifetime
{
    public const string Collection = "local edge";

    private static readonly TimeSpan WranglerLimit = TimeSpan.FromMinutes(2);

    private RunFolder? _folder;
    private LocalSecrets? _secrets;
    private HttpClient? _client;
    private TinyWorker? _worker;

    public LocalEdge Edge { get; private set; } = null!;

    /// <summary>Where the edge keeps itself.</summary>
    public string Folder => _folder!.At("edge");

    /// <summary>The version that `wrangler deploy` made.</summary>
    public string First { get; private set; } = "";

    /// <summary>The version that `wrangler versions upload` made; it alone has /of-second.txt.</summary>
    public string Second { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _folder = await RunFolder.CreateAsync("edge");
        _secrets = new LocalSecrets(_folder.At("secrets"));
        _secrets.Ensure();
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 16 });
        Edge = new LocalEdge(Folder, _secrets, TestTools.In(LocalPlace.Cache), new Silence(), faults: true);
        await Edge.UpAsync();
        _worker = new TinyWorker(_folder.At("tiny"));
        First = (await UploadAsync("deploy", "--var", "RELEASE:first")).GetProperty("version_id").GetString()!;
        _worker.Write("public/of-second.txt", "of second\n");
        Second = (await UploadAsync("versions", "upload", "--tag", "r2", "--message", "the second", "--var", "RELEASE:second"))
            .GetProperty("version_id").GetString()!;
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (Edge is not null)
            await Edge.DownAsync();
        if (_folder is not null)
            await _folder.DisposeAsync();
    }

    public string Token => _secrets!.Read(LocalEdge.TokenSecret);

    /// <summary>The pinned wrangler in the Worker's folder, as a person's shell would run it.</summary>
    public async Task<ProcessResult> WranglerAsync(IReadOnlyList<string> arguments, string? input = null, string? output = null)
    {
        var wrangler = await TestTools.In(LocalPlace.Cache)(PinnedProgram.Wrangler, CancellationToken.None);
        var command = wrangler.Command(arguments);
        return await LocalProcess.RunAsync(command with
        {
            WorkingDirectory = _worker!.Directory,
            StandardInput = input,
            Limit = WranglerLimit,
            Environment = new Dictionary<string, string?>(command.Environment)
            {
                ["CLOUDFLARE_API_BASE_URL"] = Edge.Api.ToString(),
                ["CLOUDFLARE_API_TOKEN"] = Token,
                ["CLOUDFLARE_ACCOUNT_ID"] = LocalEdge.Account,
                ["WRANGLER_OUTPUT_FILE_PATH"] = output,
                ["HOME"] = _folder!.At("home"),
                ["XDG_CONFIG_HOME"] = _folder.At("home"),
                ["CI"] = "1",
                ["NO_COLOR"] = "1",
            },
        });
    }

    /// <summary>An upload by wrangler; what it wrote about it.</summary>
    public async Task<JsonElement> UploadAsync(params IReadOnlyList<string> arguments)
    {
        var output = _folder!.At($"output-{Guid.NewGuid():N}");
        (await WranglerAsync(arguments, output: output)).OrFail("wrangler");
        return File.ReadLines(output).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Single(record => record.TryGetProperty("version_id", out _));
    }

    /// <summary>An upload by wrangler with another configuration.</summary>
    public Task<JsonElement> UploadAsync(Func<string, string> change)
    {
        _worker!.Write("changed.json", change(File.ReadAllText(Path.Combine(_worker.Directory, "wrangler.json"))));
        return UploadAsync("versions", "upload", "--config", "changed.json");
    }

    /// <summary>One call of the API below the Worker; its status and envelope.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(
        HttpMethod method, string path, object? body = null, string? token = null, CancellationToken cancellationToken = default)
    {
        var prefix = path.StartsWith('/') ? $"{Edge.Api}" : $"{Edge.Api}/accounts/{LocalEdge.Account}/workers/scripts/{TinyWorker.Name}/";
        using var request = new HttpRequestMessage(method, prefix + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        request.Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body));
        using var response = await _client!.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
    }

    /// <summary>Deploys versions by percentages, whatever secrets they have.</summary>
    public Task<(int Status, JsonElement Body)> DeployAsync(params IReadOnlyList<(string Version, double Percentage)> split) =>
        DeployAsync("?force=true", split);

    /// <summary>The same with another query.</summary>
    public Task<(int Status, JsonElement Body)> DeployAsync(string query, IReadOnlyList<(string Version, double Percentage)> split) =>
        CallAsync(HttpMethod.Post, $"deployments{query}", new { strategy = "percentage", versions = Versions(split) });

    /// <summary>The newest deployment, in its order.</summary>
    public async Task<List<(string Version, double Percentage)>> CurrentAsync()
    {
        var (_, answer) = await CallAsync(HttpMethod.Get, "deployments");
        return [.. answer.GetProperty("result").GetProperty("deployments")[0].GetProperty("versions").EnumerateArray()
            .Select(each => (each.GetProperty("version_id").GetString()!, each.GetProperty("percentage").GetDouble()))];
    }

    /// <summary>Every version, newest first.</summary>
    public async Task<List<string>> VersionIdsAsync()
    {
        var (_, answer) = await CallAsync(HttpMethod.Get, "versions");
        return [.. answer.GetProperty("result").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    public static object Versions(IReadOnlyList<(string Version, double Percentage)> split) =>
        split.Select(each => new { version_id = each.Version, percentage = each.Percentage }).ToList();

    /// <summary>One request to the edge.</summary>
    public async Task<(int Status, string Text, HttpResponseMessage Response)> GetAsync(string path, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Edge.Url, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await _client!.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>The version that answers one request.</summary>
    public async Task<string> VersionAsync(params IReadOnlyList<(string Name, string Value)> headers)
    {
        var (status, text, _) = await GetAsync("/any", headers);
        status.ShouldBe(200, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("version").GetProperty("id").GetString()!;
    }

    public async Task<string> PostAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var response = await _client!.PostAsync(new Uri(Edge.Url, path), content);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>What the next calls of the API meet (Program/faults.cjs).</summary>
    public async Task FaultsAsync(params IReadOnlyList<object> faults)
    {
        using var response = await _client!.PutAsJsonAsync(new Uri(Edge.Api, "/faults"), faults);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The edge's lines about requests.</summary>
    public IReadOnlyList<JsonElement> Requests() =>
        [.. File.ReadLines(Edge.RequestLog).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    internal static (string, string) Override(string version) =>
        ("Cloudflare-Workers-Version-Overrides", $"other=\"none\", {TinyWorker.Name}=\"{version}\"");

    internal static (string, string) Key(string key) => ("Cloudflare-Workers-Version-Key", key);
}
