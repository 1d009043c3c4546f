namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>A stream that must end with a mark, which is not handed on.</summary>
/// <param name="mark">At least one byte.</param>
internal sealed class MarkedStream(Stream inner, byte[] mark) : ForwardStream
{
    // What may be the mark is held back until more comes.
    private readonly byte[] _buffer = new byte[(256 << 10) + mark.Length];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Whether the stream has ended with the mark.</summary>
    public bool Complete { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended && _end - _start <= mark.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await inner.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            if (read > 0)
                continue;
            _ended = true;
            Complete = _buffer.AsSpan(_start, _end - _start).EndsWith(mark);
            if (Complete)
                _end -= mark.Length;
        }

        var count = Math.Min(buffer.Length, _ended ? _end - _start : _end - _start - mark.Length);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
