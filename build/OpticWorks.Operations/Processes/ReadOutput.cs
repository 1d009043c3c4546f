using System.Diagnostics;

namespace OpticWorks.Operations.Processes;

/// <summary>A program's output as its reader gets it. It tells a reader that waits for bytes from one that is busy with those that it has.</summary>
internal sealed class ReadOutput(Stream inner) : ForwardStream
{
    private readonly Lock _lock = new();
    private bool _asked;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>For how long the reader has been waiting; zero: he is busy, or has not come yet.</summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (_lock)
                return _asked ? Stopwatch.GetElapsedTime(_since) : TimeSpan.Zero;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Note(asked: true);
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Note(asked: false);
        }
    }

    private void Note(bool asked)
    {
        lock (_lock)
            (_asked, _since) = (asked, Stopwatch.GetTimestamp());
    }
}
