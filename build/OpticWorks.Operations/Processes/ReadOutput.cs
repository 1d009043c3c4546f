using System.Diagnostics;

namespace OpticWorks.Operations.Processes;

/// <summary>A program's output as its reader gets it. It tells a reader that waits for bytes from one that is busy with those that it has.</summary>
internal sealed class ReadOutput(Stream inner) : ForwardStream
{
    private long _asked;

    /// <summary>For how long the reader has been waiting; zero: it is busy, or has not come yet.</summary>
    public TimeSpan Waiting => Volatile.Read(ref _asked) is > 0 and var asked ? Stopwatch.GetElapsedTime(asked) : TimeSpan.Zero;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _asked, Stopwatch.GetTimestamp());
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _asked, 0);
        }
    }
}
