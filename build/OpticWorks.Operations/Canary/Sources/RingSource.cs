using System.Globalization;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary.Sources;

/// <summary>
/// Every request, from HAProxy's ring. HAProxy's own counter says how many there should be: what is missing is counted as lost, and too
/// much of it makes blind.
/// </summary>
public sealed class RingSource(RequestRing ring, SlowLimits limits, IReadOnlyList<string> criticalPaths) : ITrafficSource
{
    /// <summary>The greatest part of the requests that may be lost.</summary>
    private const double MostLost = 0.01;

    /// <summary>Looks until a line is surely here.</summary>
    private const int Lag = 3;

    private readonly RequestCount _count = new(limits, criticalPaths);
    private readonly Queue<long> _counters = new();
    private BalancerLook? _last;
    private (int Worker, long Counter, long Told, long Lost) _since;

    public Task<TrafficWindow> TakeAsync(BalancerLook look, Sides sides, CancellationToken cancellationToken)
    {
        var batch = ring.Take(look.Worker);
        var first = _last is null;
        var reloaded = _last is { } last && last.Worker != look.Worker;
        var window = _count.Count(first ? [] : batch.Lines, sides, first || reloaded ? new Dictionary<string, long>() : ConnectionErrors(_last!, look));
        var (lost, far) = Losses(look, batch.Problem is null && !reloaded);
        _last = look;
        var blind = (reloaded ? "HAProxy was reloaded; its requests are counted from here on" : null)
            ?? batch.Problem
            ?? (far ? string.Create(CultureInfo.InvariantCulture, $"{lost:N0} requests were lost between HAProxy's ring and here") : null);
        return Task.FromResult(window with { Blind = blind, Lost = lost });
    }

    public ValueTask DisposeAsync() => ring.DisposeAsync();

    private static Dictionary<string, long> ConnectionErrors(BalancerLook before, BalancerLook now) => now.ConnectionErrors.ToDictionary(
        pair => pair.Key, pair => Math.Max(0, pair.Value - before.ConnectionErrors.GetValueOrDefault(pair.Key, pair.Value)));

    /// <summary>What should have been told by now: all that had begun three looks ago (a line takes its time to get here), but for what is still under way.</summary>
    private (long Lost, bool Far) Losses(BalancerLook look, bool reads)
    {
        if (!reads || _since.Worker != look.Worker)
        {
            _since = (look.Worker, look.Requests, ring.Count + look.UnderWay, 0);
            _counters.Clear();
        }

        _counters.Enqueue(look.Requests);
        if (_counters.Count <= Lag)
            return (_since.Lost, false);
        var due = _counters.Dequeue();
        var lost = Math.Max(_since.Lost, due - _since.Counter - (ring.Count - _since.Told) - look.UnderWay);
        var more = lost - _since.Lost;
        _since.Lost = lost;
        return (lost, more > MostLost * Math.Max(1, look.Requests - due));
    }
}
