using System.Security.Cryptography;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront.Serving;

/// <summary>A version of the Worker and the release whose code it is.</summary>
/// <param name="Release">Empty: not known.</param>
public sealed record ServedVersion(string Id, string Release);

/// <summary>What came of asking for a page or a file.</summary>
/// <param name="Problem">Why it would not do for a shopper; null: it would.</param>
/// <param name="Release">The x-release header; null: there was none.</param>
public sealed record SiteAnswer(string Path, string? Problem, string? Release, string Body)
{
    public bool IsWell => Problem is null;
}

/// <summary>
/// The storefront as browsers reach it. A version is named by the header Cloudflare-Workers-Version-Overrides, which counts for versions of the
/// current deployment, at 0 % too (developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments).
/// </summary>
public sealed partial class StorefrontSite(HttpClient client, Uri url, string worker, CloudflareLimits limits)
{
    public const string Override = "Cloudflare-Workers-Version-Overrides";

    /// <summary>A store's Worker may name its release in it; one that does must name the right one.</summary>
    public const string ReleaseHeader = "x-release";

    private const int AtOnce = 8;

    public static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(30) })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks for a page.</summary>
    /// <param name="version">Null: whichever Cloudflare chooses.</param>
    public async Task<SiteAnswer> PageAsync(string path, ServedVersion? version, CancellationToken cancellationToken)
    {
        var (status, body, release, problem) = await GetAsync(path, version, cancellationToken).ConfigureAwait(false);
        var text = System.Text.Encoding.UTF8.GetString(body);
        problem ??= status >= 400 ? $"{status}" : null;
        if (problem is null && version is { Release.Length: > 0 } && release is not null && release != version.Release)
            problem = $"it was served by {release}, not by {version.Release}";
        return new SiteAnswer(path, problem, release, text);
    }

    /// <summary>Asks a version for every page, until it is there; then for every file that both releases' pages may refer to.</summary>
    /// <param name="files">What it must serve, and what pages may refer to; null: not known.</param>
    /// <returns>What was seen, for people.</returns>
    /// <exception cref="OperationException">Something would not do for a shopper.</exception>
    public async Task<string> SmokeAsync(ServedVersion version, IReadOnlyList<string> pages, AssetInventory? files, CancellationToken cancellationToken)
    {
        foreach (var path in pages)
        {
            var answer = await WaitAsync(path, version, cancellationToken).ConfigureAwait(false);
            if (!answer.IsWell)
                throw Failure(version, [$"{path}: {answer.Problem}"]);
            if (files is not null && Missing(answer.Body, files).ToArray() is { Length: > 0 } missing)
                throw Failure(version, [.. missing.Select(file => $"{path} refers to {file}, which is in neither release")]);
        }

        if (files is not null)
            await FilesAsync(version, files, cancellationToken).ConfigureAwait(false);
        return $"{pages.Count} {(pages.Count == 1 ? "page" : "pages")}{(files is null ? "" : $" and {files.Count} files")} answered";
    }

    /// <summary>Fetches every file from a version and compares its content.</summary>
    /// <exception cref="OperationException">One is missing or other; names the first eight.</exception>
    public async Task FilesAsync(ServedVersion version, AssetInventory files, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(AtOnce);
        var problems = (await Task.WhenAll(files.Files.Select(async file =>
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await FileAsync(file, version, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false)).OfType<string>().ToArray();
        if (problems.Length > 0)
            throw Failure(version, problems);
    }

    /// <summary>The files below /_next/static that a page refers to and nobody has.</summary>
    internal static IEnumerable<string> Missing(string html, AssetInventory files) =>
        References().Matches(html).Select(match => Uri.UnescapeDataString(match.Groups[1].Value)).Distinct().Where(path => !files.Has(path));

    private async Task<string?> FileAsync(Asset file, ServedVersion version, CancellationToken cancellationToken)
    {
        string? problem = null;
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var (status, body, _, failure) = await GetAsync(file.UrlPath, version, cancellationToken).ConfigureAwait(false);
            problem = failure is not null ? $"{file.UrlPath}: {failure}"
                : status != 200 ? $"{file.UrlPath}: {status}"
                : Convert.ToHexStringLower(SHA256.HashData(body)) != file.Content ? $"{file.UrlPath}: other content ({body.Length} bytes)" : null;
            if (problem is null)
                return null;
            await Task.Delay(limits.Pause, cancellationToken).ConfigureAwait(false);
        }

        return problem;
    }

    /// <summary>A deployment takes seconds to be everywhere: an answer of another release is waited out, and so is one failure.</summary>
    private async Task<SiteAnswer> WaitAsync(string path, ServedVersion version, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var failures = 0; ;)
        {
            var answer = await PageAsync(path, version, cancellationToken).ConfigureAwait(false);
            var elsewhere = answer.Release is not null && version.Release.Length > 0 && answer.Release != version.Release;
            if (answer.IsWell || (!elsewhere && ++failures >= 3) || clock.Elapsed > limits.Propagation)
                return answer;
            await Task.Delay(limits.Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(int Status, byte[] Body, string? Release, string? Problem)> GetAsync(string path, ServedVersion? version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{url.GetLeftPart(UriPartial.Authority)}{path}"));
        if (version is not null)
            request.Headers.TryAddWithoutValidation(Override, $"{worker}=\"{version.Id}\"");
        request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.Page);
        try
        {
            using var response = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return ((int)response.StatusCode, body, response.Headers.TryGetValues(ReleaseHeader, out var names) ? names.First() : null, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (0, [], null, $"no answer within {limits.Page.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            return (0, [], null, e.Message);
        }
    }

    private OperationException Failure(ServedVersion version, IReadOnlyList<string> problems) =>
        new($"{(version.Release.Length > 0 ? version.Release : "the version")} (version {VersionSplit.Short(version.Id)}) does not serve what shoppers need: {problems[0]}", ExitCodes.Engine)
        {
            Where = url.ToString(),
            Seen = string.Join('\n', problems.Take(8)) + (problems.Count > 8 ? $"\nand {problems.Count - 8} more" : ""),
        };

    [GeneratedRegex("""/(_next/static/[^"'\\\s<>?#)&]+\.[A-Za-z0-9]+)""")]
    private static partial Regex References();
}
