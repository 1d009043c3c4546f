using System.Diagnostics;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>
/// Renews a lease in the background. <see cref="Lost"/> is cancelled when a renewal is refused, or when none has succeeded and the lease
/// would expire within <see cref="LeaseTerms.Margin"/>: the holder has stopped before anybody else can begin.
/// </summary>
/// <remarks>Time is counted from before the last successful request was sent, so the holder's lease always ends before the
/// control host's. A computer that was suspended counts too: the monotonic clock stands still then, the wall clock does not.</remarks>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly LeaseTerms _terms;
    private readonly Func<CancellationToken, Task<bool>> _renew;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile Moment _proven;
    private volatile string? _problem;

    /// <param name="proven">When the request that took the lease was sent.</param>
    /// <param name="renew">Asks once: true: renewed; false: refused, it is not ours any more. Throws when nobody answered.</param>
    public LeaseKeeper(LeaseTerms terms, Moment proven, Func<CancellationToken, Task<bool>> renew)
    {
        _terms = terms;
        _proven = proven;
        _renew = renew;
        _running = Task.Run(RunAsync);
    }

    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it is lost; null: it is not.</summary>
    public string? Loss { get; private set; }

    private TimeSpan Limit => _terms.Lifetime - _terms.Margin;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var tick = TimeSpan.FromMilliseconds(Math.Clamp(_terms.Renewal.TotalMilliseconds / 5, 10, 1000));
        var next = _terms.Renewal;
        Task<bool>? attempt = null;
        while (!_stop.IsCancellationRequested && !_lost.IsCancellationRequested)
        {
            if (attempt is null && _proven.Elapsed >= next)
                attempt = TryAsync(_stop.Token);
            var pause = Task.Delay(tick, _stop.Token);
            await Task.WhenAny(attempt ?? pause, pause).ConfigureAwait(false);
            if (attempt is { IsCompleted: true })
            {
                // After a failure the next attempt follows soon, not after a whole period.
                next = await attempt.ConfigureAwait(false) ? _terms.Renewal : _proven.Elapsed + tick;
                attempt = null;
            }

            if (_proven.Elapsed >= Limit)
                Lose($"it could not be renewed for {_proven.Elapsed.TotalSeconds:0.#} s{(_problem is null ? "" : $": {_problem}")}");
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var asked = Moment.Now();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            if (await _renew(limit.Token).ConfigureAwait(false))
            {
                _proven = asked;
                return true;
            }

            Lose("somebody else has taken or removed it");
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            _problem = e.Message;
        }

        return false;
    }

    private void Lose(string why)
    {
        lock (_lost)
        {
            if (_lost.IsCancellationRequested || _stop.IsCancellationRequested)
                return;
            Loss = why;
        }

        _lost.Cancel();
    }

    /// <summary>A point in time on both clocks.</summary>
    internal sealed record Moment(long Monotonic, DateTime Wall)
    {
        public static Moment Now() => new(Stopwatch.GetTimestamp(), DateTime.UtcNow);

        public TimeSpan Elapsed
        {
            get
            {
                var (counted, shown) = (Stopwatch.GetElapsedTime(Monotonic), DateTime.UtcNow - Wall);
                return counted > shown ? counted : shown;
            }
        }
    }
}
