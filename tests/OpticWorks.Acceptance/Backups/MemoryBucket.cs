using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace OpticWorks.Acceptance.Backups;

/// <summary>What a request asks for.</summary>
internal sealed record S3Request(string Method, string Key, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>What is answered.</summary>
internal sealed record S3Answer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public static S3Answer Error(int status, string code) =>
        new(status, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>"), ("Content-Type", "application/xml"));

    public static S3Answer Xml(string text) => new(200, Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text), ("Content-Type", "application/xml"));
}

/// <summary>
/// The part of S3 that backups need, in memory, with R2's rules: equal parts, 5 MiB at least, no aws-chunked bodies, conditional puts. And, unlike
/// Cloudflare's local R2, ListMultipartUploads. It proves our own handling of faults; that R2 behaves so is the local R2's to prove.
/// </summary>
internal sealed class MemoryBucket
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (byte[] Bytes, string ETag)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Key, SortedDictionary<int, (byte[] Bytes, byte[] Digest)> Parts)> _uploads = [];

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_lock)
                return [.. _objects.Keys];
        }
    }

    /// <summary>Uploads that were neither completed nor aborted.</summary>
    public int Unfinished
    {
        get
        {
            lock (_lock)
                return _uploads.Count;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _objects.Clear();
            _uploads.Clear();
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
            _objects.Remove(key);
    }

    /// <summary>Removes whatever has not this in its key.</summary>
    public void Keep(string text)
    {
        lock (_lock)
        {
            foreach (var key in _objects.Keys.Where(key => !key.Contains(text, StringComparison.Ordinal)).ToList())
                _objects.Remove(key);
            _uploads.Clear();
        }
    }

    public byte[] this[string key]
    {
        get
        {
            lock (_lock)
                return _objects[key].Bytes;
        }
        set
        {
            lock (_lock)
                _objects[key] = (value, Hex(MD5.HashData(value)));
        }
    }

    public S3Answer Answer(S3Request request)
    {
        if (request.Headers.GetValueOrDefault("x-amz-content-sha256", "").StartsWith("STREAMING", StringComparison.Ordinal))
            return S3Answer.Error(501, "NotImplemented");
        if (request.Headers.GetValueOrDefault("content-md5") is { } md5 && md5 != Convert.ToBase64String(MD5.HashData(request.Body)))
            return S3Answer.Error(400, "BadDigest");
        lock (_lock)
        {
            var upload = request.Query.GetValueOrDefault("uploadId");
            return request.Method switch
            {
                "GET" when request.Query.ContainsKey("uploads") => Uploads(request.Query.GetValueOrDefault("prefix", "")),
                "GET" when request.Query.ContainsKey("list-type") => List(request.Query.GetValueOrDefault("prefix", "")),
                "GET" or "HEAD" => Get(request),
                "POST" when request.Query.ContainsKey("uploads") => Begin(request.Key),
                "POST" when upload is not null => Complete(upload, request),
                "PUT" when upload is not null => Part(upload, request),
                "PUT" => Put(request),
                "DELETE" when upload is not null => _uploads.Remove(upload) ? new S3Answer(204, []) : S3Answer.Error(404, "NoSuchUpload"),
                "DELETE" => Delete(request.Key),
                _ => S3Answer.Error(501, "NotImplemented"),
            };
        }
    }

    private S3Answer Put(S3Request request)
    {
        if (request.Headers.GetValueOrDefault("if-none-match") == "*" && _objects.ContainsKey(request.Key))
            return S3Answer.Error(412, "PreconditionFailed");
        var etag = Hex(MD5.HashData(request.Body));
        _objects[request.Key] = (request.Body, etag);
        return new S3Answer(200, [], ("ETag", $"\"{etag}\""));
    }

    private S3Answer Delete(string key)
    {
        _objects.Remove(key);
        return new S3Answer(204, []);
    }

    private S3Answer Get(S3Request request)
    {
        if (!_objects.TryGetValue(request.Key, out var found))
            return request.Method == "HEAD" ? new S3Answer(404, []) : S3Answer.Error(404, "NoSuchKey");
        if (request.Headers.GetValueOrDefault("if-match") is { } match && match.Trim('"') != found.ETag)
            return S3Answer.Error(412, "PreconditionFailed");
        (string, string)[] headers = [("ETag", $"\"{found.ETag}\""), ("Last-Modified", DateTime.UtcNow.ToString("R", CultureInfo.InvariantCulture))];
        if (request.Method == "HEAD")
            return new S3Answer(200, found.Bytes, headers);
        if (request.Headers.GetValueOrDefault("range") is not { } range)
            return new S3Answer(200, found.Bytes, headers);
        var from = int.Parse(range["bytes=".Length..].TrimEnd('-').Split('-')[0], CultureInfo.InvariantCulture);
        return new S3Answer(206, found.Bytes[from..], [.. headers, ("Content-Range", $"bytes {from}-{found.Bytes.Length - 1}/{found.Bytes.Length}")]);
    }

    private S3Answer List(string prefix) => S3Answer.Xml(new XElement("ListBucketResult", new XElement("IsTruncated", "false"),
        _objects.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => new XElement("Contents",
            new XElement("Key", pair.Key), new XElement("Size", pair.Value.Bytes.Length), new XElement("ETag", $"\"{pair.Value.ETag}\""),
            new XElement("LastModified", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))))).ToString(SaveOptions.DisableFormatting));

    private S3Answer Uploads(string prefix) => S3Answer.Xml(new XElement("ListMultipartUploadsResult", new XElement("IsTruncated", "false"),
        _uploads.Where(pair => pair.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => new XElement("Upload",
            new XElement("Key", pair.Value.Key), new XElement("UploadId", pair.Key)))).ToString(SaveOptions.DisableFormatting));

    private S3Answer Begin(string key)
    {
        var id = Guid.NewGuid().ToString("N");
        _uploads[id] = (key, []);
        return S3Answer.Xml(new XElement("InitiateMultipartUploadResult", new XElement("Key", key), new XElement("UploadId", id)).ToString(SaveOptions.DisableFormatting));
    }

    private S3Answer Part(string id, S3Request request)
    {
        if (!_uploads.TryGetValue(id, out var upload))
            return S3Answer.Error(404, "NoSuchUpload");
        var digest = MD5.HashData(request.Body);
        upload.Parts[int.Parse(request.Query["partNumber"], CultureInfo.InvariantCulture)] = (request.Body, digest);
        return new S3Answer(200, [], ("ETag", $"\"{Hex(digest)}\""));
    }

    private S3Answer Complete(string id, S3Request request)
    {
        if (!_uploads.TryGetValue(id, out var upload))
            return S3Answer.Error(404, "NoSuchUpload");
        var named = XDocument.Parse(Encoding.UTF8.GetString(request.Body)).Descendants().Where(element => element.Name.LocalName == "PartNumber").Select(element => (int)element).ToList();
        var parts = upload.Parts.Values.ToList();
        if (!named.SequenceEqual(upload.Parts.Keys) || parts.SkipLast(1).Any(part => part.Bytes.Length != parts[0].Bytes.Length) || parts[^1].Bytes.Length > parts[0].Bytes.Length)
            return S3Answer.Error(400, "InvalidPart");
        if (parts.SkipLast(1).Any(part => part.Bytes.Length < 5 << 20))
            return S3Answer.Error(400, "EntityTooSmall");
        var etag = $"{Hex(MD5.HashData([.. parts.SelectMany(part => part.Digest)]))}-{parts.Count}";
        _objects[upload.Key] = (Joined([.. parts.Select(part => part.Bytes)]), etag);
        _uploads.Remove(id);
        return S3Answer.Xml(new XElement("CompleteMultipartUploadResult", new XElement("Key", upload.Key), new XElement("ETag", $"\"{etag}\"")).ToString(SaveOptions.DisableFormatting));
    }

    private static byte[] Joined(IReadOnlyList<byte[]> parts)
    {
        var (whole, offset) = (new byte[parts.Sum(part => (long)part.Length)], 0L);
        foreach (var part in parts)
        {
            Array.Copy(part, 0, whole, offset, part.Length);
            offset += part.Length;
        }

        return whole;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
