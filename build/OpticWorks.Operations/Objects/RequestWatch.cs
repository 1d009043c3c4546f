namespace OpticWorks.Operations.Objects;

/// <summary>Watches one try of a request: cancels it when nothing has moved for too long, or when it takes too long as a whole.</summary>
internal sealed class RequestWatch : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Timer _timer;
    private readonly RequestLimits _limits;
    private readonly long _begun = Environment.TickCount64;
    private readonly TimeSpan _total;
    private long _moved = Environment.TickCount64;

    public RequestWatch(RequestLimits limits, long bytes, CancellationToken cancellationToken)
    {
        _limits = limits;
        _total = limits.Total(bytes);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var interval = TimeSpan.FromMilliseconds(Math.Clamp(limits.Stall.TotalMilliseconds / 8, 20, 1000));
        _timer = new Timer(_ => Look(), null, interval, interval);
    }

    public CancellationToken Token => _stop.Token;

    /// <summary>Whether it, and not the caller, has cancelled the try.</summary>
    public bool Stuck { get; private set; }

    /// <summary>Says that bytes have moved.</summary>
    public void Moved() => Volatile.Write(ref _moved, Environment.TickCount64);

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Dispose();
    }

    private void Look()
    {
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref _moved) <= _limits.Stall.TotalMilliseconds && now - _begun <= _total.TotalMilliseconds)
            return;
        Stuck = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The try has ended at this moment.
        }
    }
}
