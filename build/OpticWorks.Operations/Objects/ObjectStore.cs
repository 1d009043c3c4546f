using System.Net;
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

    public ObjectStore(Uri endpoint, string bucket, string accessKey, string secretKey)
    {
        Endpoint = endpoint;
        Bucket = bucket;
        _client = new AmazonS3Client(new BasicAWSCredentials(accessKey, secretKey), new AmazonS3Config
        {
            ServiceURL = endpoint.AbsoluteUri,
            AuthenticationRegion = "auto",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = TimeSpan.FromMinutes(5),
            MaxErrorRetry = 3,
        });
    }

    public Uri Endpoint { get; }

    public string Bucket { get; }

    /// <summary>The object's length in bytes, or null when there is none.</summary>
    public async Task<long?> LengthAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var head = await Explain(() => _client.GetObjectMetadataAsync(Bucket, key, cancellationToken), key).ConfigureAwait(false);
            return head.ContentLength;
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Uploads a file: in one request up to 16 MiB, else in equal parts of 16 MiB, of which an abandoned upload leaves none.</summary>
    public async Task PutFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        const int PartLength = 16 << 20;
        var length = new FileInfo(path).Length;
        if (length <= PartLength)
        {
            await Explain(() => _client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = Bucket,
                Key = key,
                FilePath = path,
                UseChunkEncoding = false,
                DisablePayloadSigning = Endpoint.Scheme == "https",
            }, cancellationToken), key).ConfigureAwait(false);
            return;
        }

        var upload = await Explain(() => _client.InitiateMultipartUploadAsync(Bucket, key, cancellationToken), key).ConfigureAwait(false);
        try
        {
            var parts = new List<PartETag>();
            for (var (offset, number) = (0L, 1); offset < length; offset += PartLength, number++)
            {
                var answer = await Explain(() => _client.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = Bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartNumber = number,
                    FilePath = path,
                    FilePosition = offset,
                    PartSize = Math.Min(PartLength, length - offset),
                    UseChunkEncoding = false,
                    DisablePayloadSigning = Endpoint.Scheme == "https",
                }, cancellationToken), key).ConfigureAwait(false);
                parts.Add(new PartETag(number, answer.ETag));
            }

            await Explain(() => _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = Bucket,
                Key = key,
                UploadId = upload.UploadId,
                PartETags = parts,
            }, cancellationToken), key).ConfigureAwait(false);
        }
        catch
        {
            await _client.AbortMultipartUploadAsync(Bucket, key, upload.UploadId, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public Task PutTextAsync(string key, string text, CancellationToken cancellationToken) =>
        Explain(() => _client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            ContentBody = text,
            UseChunkEncoding = false,
            DisablePayloadSigning = Endpoint.Scheme == "https",
        }, cancellationToken), key);

    /// <summary>The object's bytes; null when there is none.</summary>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Explain(() => _client.GetObjectAsync(Bucket, key, cancellationToken), key).ConfigureAwait(false);
            return answer.ResponseStream;
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<T> Explain<T>(Func<Task<T>> call, string key)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonS3Exception e)
        {
            var next = e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
                ? "check the object store's keys in the environment"
                : "check the object store, then run the same command again";
            throw new OperationException($"The object store refused {Bucket}/{key}", ExitCodes.PreflightRefused, e)
            {
                Where = Endpoint.GetLeftPart(UriPartial.Authority),
                Seen = $"{(int)e.StatusCode} {e.ErrorCode} {e.Message}",
                Next = next,
            };
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException or IOException or WebException)
        {
            throw new OperationException($"The object store does not answer for {Bucket}/{key}", ExitCodes.PreflightRefused, e)
            {
                Where = Endpoint.GetLeftPart(UriPartial.Authority),
                Seen = e.Message,
                Next = "check the object store, then run the same command again",
            };
        }
    }
}
