using System.Diagnostics;

namespace OpticWorks.Operations.Objects;

/// <summary>A token bucket that all uploads of a run share; it holds at most a second's bytes.</summary>
/// <param name="bytesPerSecond">Greater than zero.</param>
public sealed class RateLimit(long bytesPerSecond)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _debt;
    private double _paidAt;

    public long BytesPerSecond => bytesPerSecond;

    /// <summary>Waits until so many bytes may go.</summary>
    public async ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        var pause = Take(bytes, _clock.Elapsed.TotalSeconds);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the bytes and says how long to wait before sending them.</summary>
    /// <param name="now">Seconds of a clock that only goes forward.</param>
    internal TimeSpan Take(int bytes, double now)
    {
        lock (_lock)
        {
            // Debt below zero is what may go at once; idle time gives at most a second's worth.
            _debt = Math.Max(_debt - (now - _paidAt) * bytesPerSecond, -bytesPerSecond);
            _paidAt = now;
            _debt += bytes;
            return _debt <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_debt / bytesPerSecond);
        }
    }
}
