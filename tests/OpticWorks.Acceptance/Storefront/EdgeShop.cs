using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>A shop whose storefront is on a local edge of its own: the real wrangler uploads, real workerd serves. Each test has its own.</summary>
internal sealed class EdgeShop : IAsyncDisposable
{
    private static int s_second;

    private readonly LocalEdge _edge;
    private readonly LocalSecrets _secrets;
    private readonly HttpClient _faults = new();

    private EdgeShop(string folder)
    {
        Folder = folder;
        _secrets = new LocalSecrets(Path.Combine(folder, "secrets"));
        _secrets.Ensure();
        _edge = new LocalEdge(Path.Combine(folder, "edge"), _secrets, TestTools.In(LocalPlace.Cache), new Silence(), faults: true);
        Artifacts = new ArtifactFolder(Path.Combine(folder, "artifacts"));
    }

    public string Folder { get; }

    public Uri Url => _edge.Url;

    public string Token => _secrets.Read(LocalEdge.TokenSecret);

    public ArtifactFolder Artifacts { get; }

    public Told Told { get; } = new();

    /// <summary>Short, because the edge is near.</summary>
    public static CloudflareLimits Limits { get; } = new()
    {
        Request = TimeSpan.FromSeconds(20),
        Attempts = 3,
        Pause = TimeSpan.FromMilliseconds(100),
        ReadBack = TimeSpan.FromSeconds(3),
        Propagation = TimeSpan.FromSeconds(20),
        Upload = TimeSpan.FromMinutes(3),
        Look = TimeSpan.FromMilliseconds(100),
    };

    public static async Task<EdgeShop> StartAsync()
    {
        var shop = new EdgeShop(Directory.CreateTempSubdirectory("opticworks-edge-shop-").FullName);
        try
        {
            await shop._edge.UpAsync();
            return shop;
        }
        catch (OperationException e)
        {
            await shop.DisposeAsync();
            throw new InvalidOperationException(e.Explain(), e);
        }
    }

    /// <summary>The same from another process: the edge runs already.</summary>
    public static EdgeShop At(string folder) => new(folder);

    public static ReleaseId NewRelease() => ReleaseId.New(DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(Interlocked.Increment(ref s_second)), "1234567");

    public StoreEnvironment Environment => Describe(Url, _edge.Api);

    /// <summary>An environment of a storefront, and of hosts that are never spoken to.</summary>
    public static StoreEnvironment Describe(Uri url, Uri api) => new()
    {
        Name = "tiny",
        KnownHosts = "/dev/null",
        Storefront = new()
        {
            Url = url,
            Worker = TinyStorefront.Worker,
            WranglerEnvironment = "tiny",
            Account = LocalEdge.Account,
            Api = api,
            Token = new SecretReference(SecretSource.Env, "T"),
            Pages = ["/", "/products/lens"],
        },
        Api = new() { Url = new Uri(TinyStorefront.Backend) },
        Hosts = [new BackendHost { Name = "api-1", Address = "127.0.0.1", Instances = [9001] }],
        Balancer = new() { Host = new() { Name = "lb", Address = "127.0.0.1" }, Backend = "medusa" },
        Database = new() { Host = new() { Name = "lb", Address = "127.0.0.1" }, Name = "none", User = "none", Password = new(SecretSource.Env, "P"), Managed = false },
        Redis = new() { Address = "127.0.0.1:6379", Password = new(SecretSource.Env, "P") },
        Artifacts = new() { Bucket = "artifacts" },
        Backups = new() { Endpoint = new Uri("http://localhost"), Bucket = "backups", AccessKey = new(SecretSource.Env, "P"), SecretKey = new(SecretSource.Env, "P") },
        Stripe = new() { Mode = StripeMode.Test },
    };

    /// <param name="secrets">Of the Worker.</param>
    public async Task<StorefrontWork> WorkAsync(WorkerSecrets? secrets = null, Func<StoreEnvironment, StoreEnvironment>? change = null, Func<Tool, Tool>? wrangler = null, CloudflareLimits? limits = null)
    {
        var tools = TestTools.In(LocalPlace.Cache);
        var tool = await tools(PinnedProgram.Wrangler, CancellationToken.None);
        return new StorefrontWork((change ?? (same => same))(Environment), (wrangler ?? (same => same))(tool), await tools(PinnedProgram.Zstd, CancellationToken.None), Token, secrets ?? WorkerSecrets.None,
            (digest, _) => Task.FromResult(Artifacts.Find(digest)?.Storefront("tiny") is { } part ? Artifacts.ArchivePath(part) : null), Artifacts.NewScratch(), limits ?? Limits, Told);
    }

    /// <summary>Looks, decides and deploys, as the target does, with a journal in memory.</summary>
    /// <param name="around">Puts something around the plan's steps.</param>
    public async Task<ReleaseId> DeployAsync(TinyRelease tiny, ReleaseId? release = null, int[]? percents = null, WorkerSecrets? secrets = null,
        Func<StoreEnvironment, StoreEnvironment>? change = null, Func<Tool, Tool>? wrangler = null, TimeSpan? dwell = null, CloudflareLimits? limits = null,
        Func<Plan, Plan>? around = null, CancellationToken interrupt = default)
    {
        var id = release ?? NewRelease();
        var artifact = await TinyStorefront.BuildAsync(Artifacts, tiny);
        using var work = await WorkAsync(secrets, change, wrangler, limits);
        var recipe = await StorefrontPreflight.LookAsync(work, id, artifact.Digest, percents ?? [10, 50, 100], dwell ?? TimeSpan.FromMilliseconds(600), new Dictionary<string, string>(), CancellationToken.None);
        await new PlanRunner(Told).RunAsync((around ?? (same => same))(new StorefrontPlans(work, recipe, _ => Task.CompletedTask).Deploy()), interrupt);
        return id;
    }

    public async Task RollBackAsync(string? to = null, IReadOnlyList<string>? accepted = null, WorkerSecrets? secrets = null, Func<Plan, Plan>? around = null)
    {
        using var work = await WorkAsync(secrets);
        var recipe = await StorefrontRollback.LookAsync(work, to, accepted ?? [], CancellationToken.None);
        await new PlanRunner(Told).RunAsync((around ?? (same => same))(new StorefrontRollback(work, recipe, _ => Task.CompletedTask).Make()), CancellationToken.None);
    }

    /// <summary>"RELEASE 100 %", as Cloudflare tells it; a version that shares the traffic is another entry.</summary>
    public async Task<IReadOnlyList<string>> SharesAsync()
    {
        using var work = await WorkAsync();
        var versions = (await work.Api.VersionsAsync(CancellationToken.None)).ToDictionary(version => version.Id);
        var deployments = await work.Api.DeploymentsAsync(CancellationToken.None) ?? [];
        return deployments.Count == 0 ? [] : [.. deployments[0].Versions.Select(share => FormattableString.Invariant($"{Name(versions[share.VersionId])} {share.Percentage:0.##} %"))];

        static string Name(WorkerVersion version) => VersionLabel.Of(version)?.Release ?? version.Message;
    }

    public static string[] All(ReleaseId release) => [$"{release} 100 %"];

    /// <summary>Bends answers of the API; see the edge's interface.</summary>
    public async Task FaultAsync(params JsonObject[] faults)
    {
        using var response = await _faults.PutAsJsonAsync(new Uri(_edge.Api, "/faults"), new JsonArray([.. faults]));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The API's calls since faults were set.</summary>
    /// <param name="wranglers">Only those that wrangler made: this program names no User-Agent.</param>
    public async Task<IReadOnlyList<string>> CallsAsync(bool wranglers = false)
    {
        var seen = (await _faults.GetFromJsonAsync<JsonObject>(new Uri(_edge.Api, "/faults")))!;
        var agents = seen["agents"]!.AsArray().Select(agent => agent!.GetValue<string>());
        return [.. seen["calls"]!.AsArray().Select(call => call!.GetValue<string>()).Zip(agents).Where(pair => !wranglers || pair.Second.Length > 0).Select(pair => pair.First)];
    }

    /// <summary>How many requests a release's versions answered, by the edge's own log.</summary>
    public IReadOnlyList<string> RequestLines() => File.Exists(_edge.RequestLog) ? File.ReadAllLines(_edge.RequestLog) : [];

    public Task<string> PageReleaseAsync() => ReleaseOfAsync(new Uri(Url, "/"));

    private async Task<string> ReleaseOfAsync(Uri page)
    {
        using var response = await _faults.GetAsync(page);
        return response.Headers.TryGetValues(StorefrontSite.ReleaseHeader, out var names) ? names.First() : $"{(int)response.StatusCode}";
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DownAsync();
        _faults.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A narrator that keeps what was said.</summary>
internal sealed class Told : INarrator
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public void Say(string topic, string text) => _lines.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => _lines.Enqueue($"{topic}! {text}");

    public void Detail(string topic, string text)
    {
    }
}
