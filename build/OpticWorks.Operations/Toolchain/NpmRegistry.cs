using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace OpticWorks.Operations.Toolchain;

/// <summary>A package of the npm registry at one version.</summary>
/// <param name="Integrity">"sha512-" and the Base64 digest of its archive; null: unknown here, the registry's own word is taken.</param>
internal sealed record NpmPackage(string Name, string Version, string? Integrity)
{
    public override string ToString() => $"{Name}@{Version}";
}

/// <summary>Downloads package archives from the machine's npm registry; a byte that differs from the pinned digest is never unpacked.</summary>
internal sealed class NpmRegistry(HttpClient http, Uri registry)
{
    /// <summary>Longest silence of the registry within one answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _again = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = new PredicateBuilder()
                .Handle<HttpRequestException>(e => e.StatusCode is null or >= HttpStatusCode.InternalServerError)
                .Handle<HttpIOException>()
                .Handle<TimeoutException>(),
        })
        .Build();

    /// <summary>The archive (.tgz) of a package in <paramref name="file"/>.</summary>
    /// <exception cref="ChecksumException">The registry has another archive under this version.</exception>
    /// <exception cref="HttpRequestException">The registry cannot be reached or refuses.</exception>
    public async Task DownloadAsync(NpmPackage package, string file, CancellationToken cancellationToken)
    {
        var (archive, integrity) = await DescribeAsync(package, cancellationToken).ConfigureAwait(false);
        if (package.Integrity is { } pinned && pinned != integrity)
            throw new ChecksumException($"{registry} describes {package} with {integrity}", pinned);

        var digest = await _again.ExecuteAsync(
            async token => await FetchAsync(archive, file, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (digest == integrity)
            return;
        File.Delete(file);
        throw new ChecksumException($"{archive} has {digest}", integrity);
    }

    /// <summary>All published versions that are no previews.</summary>
    public async Task<IReadOnlyList<ProgramVersion>> VersionsAsync(string name, CancellationToken cancellationToken)
    {
        using var document = await JsonAsync(new Uri(registry, name), cancellationToken).ConfigureAwait(false);
        var versions = new List<ProgramVersion>();
        foreach (var version in document.RootElement.GetProperty("versions").EnumerateObject())
        {
            if (!version.Name.Contains('-') && ProgramVersion.TryParse(version.Name, out var parsed))
                versions.Add(parsed);
        }

        return versions;
    }

    private async Task<(Uri Archive, string Integrity)> DescribeAsync(NpmPackage package, CancellationToken cancellationToken)
    {
        using var document = await JsonAsync(new Uri(registry, $"{package.Name}/{package.Version}"), cancellationToken).ConfigureAwait(false);
        if (document.RootElement.TryGetProperty("dist", out var dist)
            && dist.TryGetProperty("tarball", out var tarball) && dist.TryGetProperty("integrity", out var integrity)
            && Uri.TryCreate(tarball.GetString(), UriKind.Absolute, out var archive))
        {
            return (archive, integrity.GetString() ?? "");
        }

        throw new HttpRequestException($"{registry} answered for {package} without dist.tarball and dist.integrity: is it an npm registry?");
    }

    private Task<JsonDocument> JsonAsync(Uri address, CancellationToken cancellationToken) =>
        _again.ExecuteAsync(async token =>
        {
            using var limit = Limited(token);
            try
            {
                using var answer = await http.GetAsync(address, limit.Token).ConfigureAwait(false);
                Refuse(address, answer);
                return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                throw Silent(address);
            }
            catch (JsonException e)
            {
                throw new HttpRequestException($"{address} did not answer with JSON: is it an npm registry?", e, HttpStatusCode.OK);
            }
        }, cancellationToken).AsTask();

    private async Task<string> FetchAsync(Uri address, string file, CancellationToken cancellationToken)
    {
        using var limit = Limited(cancellationToken);
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            Refuse(address, answer);
            await using var from = await answer.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using var to = File.Create(file);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await from.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0)
            {
                limit.CancelAfter(Silence);
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), limit.Token).ConfigureAwait(false);
            }

            return "sha512-" + Convert.ToBase64String(hash.GetHashAndReset());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(address);
        }
    }

    private static CancellationTokenSource Limited(CancellationToken token)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Silence);
        return limit;
    }

    private static void Refuse(Uri address, HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{address} answered {(int)answer.StatusCode} {answer.ReasonPhrase}", null, answer.StatusCode);
    }

    private static TimeoutException Silent(Uri address) => new($"{address} was silent for {Silence.TotalSeconds:0} s");
}

/// <summary>A downloaded file is not the one that was pinned.</summary>
internal sealed class ChecksumException(string seen, string expected) : Exception($"{seen}, expected {expected}");
