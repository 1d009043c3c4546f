using System.Security.Cryptography;

namespace OpticWorks.Operations.Objects;

/// <summary>
/// A stream that becomes one object: equal parts, the last one shorter, as R2 demands; a few parts on their way at once; memory bounded by
/// (parts in flight + 1) parts. It is an object only after <see cref="CompleteAsync"/>; disposing it before aborts it.
/// </summary>
public sealed class MultipartUpload : IAsyncDisposable
{
    /// <summary>S3 and R2 take no more parts of one upload.</summary>
    public const int MostParts = 10_000;

    internal const int MostInFlight = 16;

    /// <summary>How long an abort may go on after a failure.</summary>
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(30);

    private readonly ObjectStore _store;
    private readonly UnfinishedUpload _upload;
    private readonly int _partLength;
    private readonly RateLimit? _rate;
    private readonly SemaphoreSlim _free;
    private readonly Stack<byte[]> _buffers = [];
    private readonly SortedDictionary<int, UploadedPart> _sent = [];
    private readonly List<Task> _sending = [];
    private readonly CancellationTokenSource _stop = new();
    private byte[]? _buffer;
    private int _filled;
    private int _parts;
    private bool _ended;

    private MultipartUpload(ObjectStore store, UnfinishedUpload upload, int partLength, int inFlight, RateLimit? rate)
    {
        (_store, _upload, _partLength, _rate) = (store, upload, partLength, rate);
        _free = new SemaphoreSlim(inFlight);
    }

    /// <summary>Bytes that were written to it.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that the store has.</summary>
    public long Stored => Volatile.Read(ref _stored);

    private long _stored;

    /// <summary>Why the unfinished upload could not be aborted; null: it was, or there was none.</summary>
    public OperationException? LeftBehind { get; private set; }

    /// <param name="partLength">Bytes, at least 5 MiB.</param>
    /// <param name="inFlight">Parts on their way at once.</param>
    public static async Task<MultipartUpload> BeginAsync(
        ObjectStore store, string key, int partLength, int inFlight, RateLimit? rate, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partLength, 5 << 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inFlight, MostInFlight);
        var upload = await store.Uploads.BeginAsync(key, cancellationToken).ConfigureAwait(false);
        return new MultipartUpload(store, upload, partLength, inFlight, rate);
    }

    /// <summary>Takes bytes; waits while as many parts as allowed are on their way.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            _buffer ??= Buffer();
            var count = Math.Min(bytes.Length, _partLength - _filled);
            bytes[..count].CopyTo(_buffer.AsMemory(_filled));
            _filled += count;
            Length += count;
            bytes = bytes[count..];
            if (_filled == _partLength)
                await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is left and makes it an object. A lost answer is looked into: the object may be there.</summary>
    public async Task<StoredObject> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0 || _parts == 0)
            await SendAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(_sending).WaitAsync(cancellationToken).ConfigureAwait(false);
        var expected = $"{Convert.ToHexStringLower(MD5.HashData([.. _sent.Values.SelectMany(part => part.Digest)]))}-{_parts}";
        OperationException? failure = null;
        try
        {
            await _store.Uploads.CompleteAsync(_upload, _sent.Values, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            failure = e;
        }

        var head = await _store.HeadAsync(_upload.Key, cancellationToken).ConfigureAwait(false);
        if (head is null || head.Length != Length || (IsDigest(head.ETag) && head.ETag != expected))
        {
            throw failure ?? new OperationException($"The object store does not hold what was sent to {_store.Bucket}/{_upload.Key}", ExitCodes.PreflightRefused)
            {
                Where = _store.Endpoint.GetLeftPart(UriPartial.Authority),
                Seen = head is null ? "no such object" : $"{head.Length} bytes, ETag {head.ETag}; sent {Length} bytes, ETag {expected}",
                Next = "run the same command again",
            };
        }

        _ended = true;
        return head;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sending).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (!_ended)
            await AbortAsync().ConfigureAwait(false);
        _stop.Dispose();
        _free.Dispose();
    }

    /// <summary>Whether it is the MD5 of the parts' MD5s and their number, as S3 and R2 make it.</summary>
    private static bool IsDigest(string etag) => etag.Length > 33 && etag[32] == '-' && etag[..32].All(char.IsAsciiHexDigitLower);

    private async Task AbortAsync()
    {
        _ended = true;
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            await _store.Uploads.AbortAsync(_upload, limit.Token).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            LeftBehind = e;
        }
        catch (OperationCanceledException e)
        {
            LeftBehind = new OperationException($"The abort of {_upload.Key} did not end within {AbortLimit.TotalSeconds:0} s", ExitCodes.FailedAndNotUndone, e);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var (buffer, length, number) = (_buffer ?? Buffer(), _filled, ++_parts);
        if (number > MostParts)
            throw OperationException.Preflight($"{_upload.Key} needs more than {MostParts} parts of {_partLength >> 20} MiB");
        (_buffer, _filled) = (null, 0);
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_sending.FirstOrDefault(task => task.IsFaulted) is { } failed)
            await failed.ConfigureAwait(false);
        _sending.RemoveAll(task => task.IsCompletedSuccessfully);
        _sending.Add(Task.Run(() => SendAsync(number, buffer, length), CancellationToken.None));
    }

    private async Task SendAsync(int number, byte[] buffer, int length)
    {
        try
        {
            var part = await _store.Uploads.PartAsync(_upload, number, buffer.AsMemory(0, length), _rate, _stop.Token).ConfigureAwait(false);
            lock (_sent)
                _sent[number] = part;
            Interlocked.Add(ref _stored, length);
            // What a part's requests leave behind goes with it. Else it may grow to the size of the processor's cache before the runtime looks, and the
            // peak depends on how long the object is.
            GC.Collect(0);
        }
        finally
        {
            lock (_buffers)
                _buffers.Push(buffer);
            if (!_stop.IsCancellationRequested)
                _free.Release();
        }
    }

    private byte[] Buffer()
    {
        lock (_buffers)
            return _buffers.TryPop(out var used) ? used : GC.AllocateUninitializedArray<byte>(_partLength);
    }
}
