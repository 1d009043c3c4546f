using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>A writer that lets no secret through, however the text is cut into pieces: what may be the beginning of a secret is
/// held back until more text decides, or until the end. Safe for use from several threads.</summary>
/// <remarks><see cref="Flush"/> writes what is decided. It does not give up the held text, because half a secret is a secret.</remarks>
public sealed class ScrubbingWriter(TextWriter inner, Scrubber scrubber) : TextWriter
{
    private readonly Lock _writing = new();
    private readonly StringBuilder _held = new();
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
        var done = scrubber.Scrub(_held.ToString(), isWhole, result);
        _held.Remove(0, done);
        inner.Write(result);
    }
}
