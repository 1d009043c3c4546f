using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace OpticWorks.Operations.Objects;

/// <summary>
/// An S3 bucket as R2 serves it: path style, no aws-chunked bodies and checksums only where required, because R2 and Cloudflare's
/// local R2 keep an undecoded aws-chunked body as it is.
/// </summary>
public sealed class ObjectStore : IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly Requests _requests;

    public ObjectStore(Uri endpoint, string bucket, string accessKey, string secretKey, RequestLimits? limits = null)
    {
        Endpoint = endpoint;
        Bucket = bucket;
        Limits = limits ?? RequestLimits.Default;
        _requests = new Requests(endpoint, bucket, Limits);
        _client = new AmazonS3Client(new BasicAWSCredentials(accessKey, secretKey), new AmazonS3Config
        {
            ServiceURL = endpoint.AbsoluteUri,
            AuthenticationRegion = "auto",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new PlainRequests(),
            // Requests watches and repeats.
            MaxErrorRetry = 0,
        });
        _client.AfterResponseEvent += (_, answer) => NoteClock(answer);
        Uploads = new UploadRequests(_client, _requests, this);
    }

    public Uri Endpoint { get; }

    public string Bucket { get; }

    public RequestLimits Limits { get; }

    /// <summary>Uploads in parts.</summary>
    internal UploadRequests Uploads { get; }

    /// <summary>The store's clock minus ours, to a second, from its last answer; null: it does not say.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <summary>Null when there is none.</summary>
    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => OrNullAsync<StoredObject>(key, async watch =>
    {
        var head = await _client.GetObjectMetadataAsync(Bucket, key, watch.Token).ConfigureAwait(false);
        return new StoredObject(key, head.ContentLength, Requests.Given(head.ETag, "ETag").Trim('"'), Utc(head.LastModified));
    }, cancellationToken);

    /// <summary>The object's length in bytes, or null when there is none.</summary>
    public async Task<long?> LengthAsync(string key, CancellationToken cancellationToken) =>
        (await HeadAsync(key, cancellationToken).ConfigureAwait(false))?.Length;

    /// <summary>All objects whose keys begin like this, in the order of their keys.</summary>
    public async Task<IReadOnlyList<StoredObject>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = new List<StoredObject>();
        string? next = null;
        do
        {
            var page = await _requests.RunAsync(prefix, 0, async watch =>
            {
                var listed = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix, ContinuationToken = next }, watch.Token).ConfigureAwait(false);
                Requests.Given($"{listed.IsTruncated}", "IsTruncated"); // No list is not an empty list.
                return listed;
            }, cancellationToken).ConfigureAwait(false);
            found.AddRange((page.S3Objects ?? []).Select(item => new StoredObject(item.Key, item.Size ?? 0, item.ETag.Trim('"'), Utc(item.LastModified))));
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
        return found;
    }

    /// <summary>Uploads a file: in one request up to 16 MiB, else in equal parts of 16 MiB, of which an abandoned upload leaves none.</summary>
    public async Task PutFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        const int PartLength = 16 << 20;
        if (new FileInfo(path).Length <= PartLength)
        {
            await PutAsync(key, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var upload = await MultipartUpload.BeginAsync(this, key, PartLength, 2, null, cancellationToken).ConfigureAwait(false);
        await using var file = File.OpenRead(path);
        var buffer = new byte[1 << 20];
        for (int count; (count = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            await upload.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        await upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task PutTextAsync(string key, string text, CancellationToken cancellationToken) =>
        PutAsync(key, Encoding.UTF8.GetBytes(text), cancellationToken);

    public Task PutAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        PutAsync(key, bytes, onlyNew: false, cancellationToken);

    /// <summary>Puts an object unless there is one. When the answer to a first try is lost, the second finds the object: the same bytes
    /// are then a success.</summary>
    /// <returns>False: there is another object with this key.</returns>
    public async Task<bool> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(key, bytes, onlyNew: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict })
        {
            var there = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            return there is not null && there.AsSpan().SequenceEqual(bytes.Span);
        }
    }

    /// <summary>The object's bytes; null when there is none. For small objects.</summary>
    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken) => OrNullAsync<byte[]>(key, async watch =>
    {
        using var answer = await _client.GetObjectAsync(Bucket, key, watch.Token).ConfigureAwait(false);
        var bytes = new byte[answer.ContentLength];
        await answer.ResponseStream.ReadExactlyAsync(bytes, watch.Token).ConfigureAwait(false);
        return bytes;
    }, cancellationToken);

    /// <summary>The object's bytes; null when there is none. A broken or stuck transfer is taken up where it ended.</summary>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken) =>
        await HeadAsync(key, cancellationToken).ConfigureAwait(false) is { } head ? new ResumingStream(this, head) : null;

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _requests.RunAsync(key, 0, watch => _client.DeleteObjectAsync(Bucket, key, watch.Token), cancellationToken);

    public void Dispose() => _client.Dispose();

    /// <summary>From a byte to the end, of the very object that was seen before.</summary>
    internal Task<GetObjectResponse> RangeAsync(StoredObject seen, long offset, CancellationToken cancellationToken) =>
        _requests.RunAsync(seen.Key, 0, watch => _client.GetObjectAsync(new GetObjectRequest
        {
            BucketName = Bucket,
            Key = seen.Key,
            EtagToMatch = $"\"{seen.ETag}\"",
            ByteRange = offset == 0 ? null : new ByteRange($"bytes={offset.ToString(CultureInfo.InvariantCulture)}-"),
        }, watch.Token), cancellationToken);

    private Task PutAsync(string key, ReadOnlyMemory<byte> bytes, bool onlyNew, CancellationToken cancellationToken) =>
        _requests.RunAsync(key, bytes.Length, async watch => Requests.Given((await _client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            InputStream = new WatchedStream(bytes, watch),
            MD5Digest = Convert.ToBase64String(MD5.HashData(bytes.Span)),
            IfNoneMatch = onlyNew ? "*" : null,
            UseChunkEncoding = false,
            DisablePayloadSigning = Endpoint.Scheme == "https",
        }, watch.Token).ConfigureAwait(false)).ETag, "ETag"), cancellationToken);

    private async Task<T?> OrNullAsync<T>(string key, Func<RequestWatch, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await _requests.RunAsync(key, 0, call, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    private void NoteClock(ResponseEventArgs answer)
    {
        if (answer is WebServiceResponseEventArgs { ResponseHeaders: { } headers } && headers.TryGetValue("Date", out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            ClockAhead = date - DateTimeOffset.UtcNow;
        }
    }

    private static DateTimeOffset Utc(DateTime? time) => new(DateTime.SpecifyKind((time ?? DateTime.UnixEpoch).ToUniversalTime(), DateTimeKind.Utc));
}
