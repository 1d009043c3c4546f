namespace OpticWorks.Operations.Objects;

/// <summary>Bytes of memory as the body of a request: tells the watch what has moved, and keeps to a rate.</summary>
internal sealed class WatchedStream(ReadOnlyMemory<byte> bytes, RequestWatch watch, RateLimit? rate = null) : Stream
{
    /// <summary>So that a slow rate still moves often.</summary>
    private const int Piece = 64 << 10;

    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _position;
        set => _position = checked((int)value);
    }

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (rate is null)
            return Take(buffer.Span);
        var count = Math.Min(Math.Min(buffer.Length, Piece), bytes.Length - _position);
        await rate.WaitAsync(count, cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span[..count]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => bytes.Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, bytes.Length - _position);
        bytes.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        if (count > 0)
            watch.Moved();
        return count;
    }
}
