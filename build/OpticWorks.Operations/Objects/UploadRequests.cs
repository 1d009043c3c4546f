using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace OpticWorks.Operations.Objects;

/// <summary>The requests that an upload in parts is made of, and what becomes of one that was left unfinished.</summary>
internal sealed class UploadRequests(AmazonS3Client client, Requests requests, ObjectStore store)
{
    public Task<UnfinishedUpload> BeginAsync(string key, CancellationToken cancellationToken) => requests.RunAsync(key, 0, async watch =>
        new UnfinishedUpload(key, Requests.Given((await client.InitiateMultipartUploadAsync(store.Bucket, key, watch.Token).ConfigureAwait(false)).UploadId, "UploadId")), cancellationToken);

    /// <summary>The store compares what it got with the MD5 that goes with it.</summary>
    /// <returns>The MD5, and the part's ETag, which is opaque (R2's is no MD5).</returns>
    public async Task<UploadedPart> PartAsync(
        UnfinishedUpload upload, int number, ReadOnlyMemory<byte> bytes, RateLimit? rate, CancellationToken cancellationToken)
    {
        var digest = MD5.HashData(bytes.Span);
        // What the rate holds back must not count as stuck.
        var allowance = rate is null ? 0 : store.Limits.LeastRate * (bytes.Length / rate.BytesPerSecond + 1) * MultipartUpload.MostInFlight;
        return await requests.RunAsync($"{upload.Key} part {number}", bytes.Length + allowance, async watch =>
        {
            var answer = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = store.Bucket,
                Key = upload.Key,
                UploadId = upload.UploadId,
                PartNumber = number,
                PartSize = bytes.Length,
                InputStream = new WatchedStream(bytes, watch, rate),
                MD5Digest = Convert.ToBase64String(digest),
                UseChunkEncoding = false,
                DisablePayloadSigning = store.Endpoint.Scheme == "https",
            }, watch.Token).ConfigureAwait(false);
            return new UploadedPart(number, digest, Requests.Given(answer.ETag, "ETag"));
        }, cancellationToken).ConfigureAwait(false);
    }

    public Task CompleteAsync(UnfinishedUpload upload, IEnumerable<UploadedPart> parts, CancellationToken cancellationToken) =>
        requests.RunAsync(upload.Key, 0, watch => client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = store.Bucket,
            Key = upload.Key,
            UploadId = upload.UploadId,
            PartETags = [.. parts.Select(part => new PartETag(part.Number, part.ETag))],
        }, watch.Token), cancellationToken);

    /// <summary>Uploads that were left unfinished; null when the store cannot tell (Cloudflare's local R2).</summary>
    public async Task<IReadOnlyList<UnfinishedUpload>?> UnfinishedAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = new List<UnfinishedUpload>();
        try
        {
            ListMultipartUploadsResponse? page = null;
            do
            {
                var request = new ListMultipartUploadsRequest
                { BucketName = store.Bucket, Prefix = prefix, KeyMarker = page?.NextKeyMarker, UploadIdMarker = page?.NextUploadIdMarker };
                page = await requests.RunAsync(prefix, 0, async watch =>
                {
                    var listed = await client.ListMultipartUploadsAsync(request, watch.Token).ConfigureAwait(false);
                    Requests.Given($"{listed.IsTruncated}", "IsTruncated");
                    return listed;
                }, cancellationToken).ConfigureAwait(false);
                found.AddRange((page.MultipartUploads ?? []).Select(upload => new UnfinishedUpload(upload.Key, upload.UploadId)));
            }
            while (page.IsTruncated == true);
            return found;
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented })
        {
            return null;
        }
    }

    /// <summary>Removes an unfinished upload with its parts; succeeds when there is none.</summary>
    public async Task AbortAsync(UnfinishedUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            await requests.RunAsync(upload.Key, 0,
                watch => client.AbortMultipartUploadAsync(store.Bucket, upload.Key, upload.UploadId, watch.Token), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            // Aborted or completed meanwhile.
        }
    }
}
