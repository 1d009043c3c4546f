using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Storefront;

/// <summary>What a Worker's deployment acts with: Cloudflare, wrangler, the site, and bundles in a folder of its own that goes with it.</summary>
/// <param name="archive">Brings the storefront bundle of an artifact, by the artifact's digest, to this computer; null: nobody has it.</param>
/// <param name="scratch">A folder that <see cref="Dispose"/> removes.</param>
public sealed class StorefrontWork(
    StoreEnvironment environment, Tool wrangler, Tool zstd, string token, WorkerSecrets secrets, Func<string, CancellationToken, Task<string?>> archive, string scratch,
    CloudflareLimits limits, INarrator narrator) : IDisposable
{
    private readonly HttpClient _calls = new(new SocketsHttpHandler { UseProxy = environment.Storefront.Api.Scheme == Uri.UriSchemeHttps }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly HttpClient _pages = StorefrontSite.NewClient();
    private int _bundles;

    public StoreEnvironment Environment => environment;

    public StorefrontSettings Settings => environment.Storefront;

    public CloudflareLimits Limits => limits;

    public INarrator Narrator => narrator;

    public WorkerSecrets Secrets => secrets;

    /// <summary>Tells whether the environment's secrets are others than those of a version.</summary>
    public string SecretsDigest => secrets.Digest(token);

    public CloudflareApi Api => new(_calls, Settings.Api, Settings.Account!, Settings.Worker, token, limits);

    public StorefrontSite Site => new(_pages, Settings.Url, Settings.Worker, limits);

    /// <summary>What bundles were found to weigh; null: each is weighed again.</summary>
    public WorkerSizes? Sizes { get; init; }

    public WorkerUpload Upload => new(WranglerSettings.Of(wrangler, Settings, token), Api, limits, narrator) { Sizes = Sizes };

    /// <summary>What the Worker's code sees beside its secrets; public values.</summary>
    public IReadOnlyDictionary<string, string> Variables(string release)
    {
        var variables = new Dictionary<string, string> { ["RELEASE_ID"] = release };
        if (environment.Api.PublishableKey is { Length: > 0 } key)
            variables["MEDUSA_PUBLISHABLE_KEY"] = key;
        return variables;
    }

    /// <summary>A fresh copy of an artifact's storefront bundle; null: nobody has it any more.</summary>
    public async Task<StorefrontBundle?> FindBundleAsync(string artifact, CancellationToken cancellationToken) =>
        await archive(artifact, cancellationToken).ConfigureAwait(false) is { } path
            ? await StorefrontBundle.UnpackAsync(path, NewFolder(), zstd, cancellationToken).ConfigureAwait(false)
            : null;

    /// <exception cref="OperationException">Nobody has it any more.</exception>
    public async Task<StorefrontBundle> BundleAsync(string artifact, CancellationToken cancellationToken) =>
        await FindBundleAsync(artifact, cancellationToken).ConfigureAwait(false)
        ?? throw OperationException.Preflight($"The artifact {artifact[..12]} has no storefront bundle for {environment.Name}, or is not in the artifact store any more",
            $"./build.sh Build --environment {environment.Name}");

    public string NewFolder() => Path.Combine(scratch, $"{Interlocked.Increment(ref _bundles)}");

    /// <summary>Refuses settings that Cloudflare cannot be reached with.</summary>
    /// <exception cref="OperationException">Account or token is missing (exit 2).</exception>
    public static SecretReference RequireToken(StoreEnvironment environment)
    {
        var missing = new[] { environment.Storefront.Account is null ? "storefront.account" : null, environment.Storefront.Token is null ? "storefront.token" : null }.OfType<string>().ToArray();
        return missing.Length == 0 ? environment.Storefront.Token! : throw OperationException.Configuration(
            $"{environment.Name} does not say how Cloudflare is reached: {string.Join(" and ", missing)} missing", "give it in the environment file, for example \"token\": \"env:CLOUDFLARE_API_TOKEN\"",
            $".nuke/environments/{environment.Name}.json");
    }

    public void Dispose()
    {
        _calls.Dispose();
        _pages.Dispose();
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
    }
}
