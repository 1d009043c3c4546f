using Amazon.S3.Model;

namespace OpticWorks.Operations.Objects;

/// <summary>An object's bytes from the first to the last. When a transfer breaks, is stuck or crawls, it is taken up where it ended,
/// from the very same object (its ETag); time in which nobody reads does not count.</summary>
internal sealed class ResumingStream(ObjectStore store, StoredObject seen) : ForwardStream
{
    private GetObjectResponse? _answer;
    private long _position;
    private int _failures;
    private TimeSpan _windowTime;
    private long _windowBytes;

    public override long Length => seen.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < seen.Length && buffer.Length > 0)
        {
            var failure = "the transfer ended early";
            try
            {
                _answer ??= await store.RangeAsync(seen, _position, cancellationToken).ConfigureAwait(false);
                var count = await ReadOnceAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                {
                    _position += count;
                    _failures = 0;
                    return count;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException or Amazon.Runtime.AmazonClientException)
            {
                failure = e is OperationCanceledException ? $"slower than {store.Limits.LeastRate / 1024} KiB/s" : e.Message;
            }

            Drop();
            if (++_failures >= store.Limits.Attempts)
            {
                throw new OperationException($"{store.Bucket}/{seen.Key} cannot be read", ExitCodes.PreflightRefused)
                {
                    Where = store.Endpoint.GetLeftPart(UriPartial.Authority),
                    Seen = $"at byte {_position} of {seen.Length}: {failure} ({_failures} tries)",
                    Next = "check the object store, then run the same command again",
                };
            }

            await Task.Delay(store.Limits.Pause(_failures, Random.Shared.NextDouble()), cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Drop();
        base.Dispose(disposing);
    }

    /// <exception cref="OperationCanceledException">Stuck, or too slow over the last window.</exception>
    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(store.Limits.Stall);
        var begun = Environment.TickCount64;
        var count = await _answer!.ResponseStream.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        _windowTime += TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
        _windowBytes += count;
        if (_windowTime < store.Limits.Stall)
            return count;
        var slow = _windowBytes < store.Limits.LeastRate * _windowTime.TotalSeconds;
        (_windowTime, _windowBytes) = (TimeSpan.Zero, 0);
        return slow ? throw new OperationCanceledException() : count;
    }

    private void Drop()
    {
        _answer?.Dispose();
        (_answer, _windowTime, _windowBytes) = (null, TimeSpan.Zero, 0);
    }
}
