using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>A writer that lets no secret through, however the text is cut into pieces: what may be the beginning of a secret is
/// held back until more text decides, or until the end. Safe for use from several threads.</summary>
/// <remarks><see cref="Flush"/> writes what is decided. It does not give up the held text, because half a secret is a secret. But a line that ends with up to
/// <see cref="Glimpse"/> characters with which the base64 of a secret may begin, as it may be wrapped anywhere, is written with its end: else every few lines one
/// would wait for the next. When it was that, the rest of it does not follow.</remarks>
public sealed class ScrubbingWriter(TextWriter inner, Scrubber scrubber) : TextWriter
{
    /// <summary>Three digits tell 18 bits of a secret, and the one before them, shared with what stands before, up to 4 more.</summary>
    private const int Glimpse = 3;

    private readonly Lock _writing = new();
    private readonly StringBuilder _held = new();

    /// <summary>The number of held characters that were written.</summary>
    private int _shown;

    private bool _isClosed;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _held.Append(buffer);
            Pass(isWhole: false);
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Flush()
    {
        lock (_writing)
            inner.Flush();
    }

    /// <summary>Writes what was held back, because nothing more comes.</summary>
    public void Complete()
    {
        lock (_writing)
        {
            Pass(isWhole: true);
            inner.Flush();
        }
    }

    /// <summary>Writes what was held back. The inner writer stays open.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_writing)
            {
                if (!_isClosed)
                    Complete();
                _isClosed = true;
            }
        }

        base.Dispose(disposing);
    }

    private void Pass(bool isWhole)
    {
        var result = new StringBuilder();
        var done = scrubber.Scrub(_held.ToString(), _shown, isWhole, result, out var isBase64);
        _held.Remove(0, done);
        _shown = Math.Max(0, _shown - done);
        var held = _held.ToString();
        if (isBase64 && held.EndsWith('\n') && held.Count(character => character is not ('\r' or '\n')) <= Glimpse)
        {
            result.Append(held, _shown, held.Length - _shown);
            _shown = held.Length;
        }

        inner.Write(result);
    }
}
