using System.Diagnostics;
using System.Globalization;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary;

/// <summary>What one watch of one step needs, and what it does to the outside.</summary>
internal sealed record WatchParts(CanaryTraffic Traffic, TrafficSplit Split, Sides Sides, double Share, ITrafficSource Source, InstanceWatch Instances)
{
    /// <summary>All traffic to the stable release, at once.</summary>
    public required Func<CancellationToken, Task> ToStable { get; init; }

    /// <summary>The release is bad: remember it, for the reason given.</summary>
    public required Func<string, CancellationToken, Task> MarkBad { get; init; }

    public required Action ThrowIfFired { get; init; }
}

/// <summary>Watches one step of a canary until it passes, or until the canary ends.</summary>
internal sealed class CanaryWatch(Judge judge, CanaryTerms terms, JudgeTerms judging, Action<CanaryView> show, INarrator narrator)
{
    private readonly Dictionary<string, int> _failures = [];
    private readonly Queue<(IReadOnlyList<long> Canary, IReadOnlyList<long> Stable)> _times = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan? _suspected;
    private TimeSpan? _pausedAt;
    private string? _paused;
    private int _corrections;
    private long _lost;

    /// <returns>How it passed.</returns>
    /// <exception cref="CanaryEndedException">It does not go on; traffic is on the stable release when the release is bad.</exception>
    public async Task<string> RunAsync(WatchParts parts, CanaryView frame, CancellationToken cancellationToken)
    {
        judge.Begin(parts.Sides.Stables.Count > 0);
        // A promotion that was given before this share was set was meant for the one before it.
        if (await EarlyOrderAsync(parts, cancellationToken).ConfigureAwait(false) is { What: not CanaryOrders.Promote } early)
            Heed(early);
        while (true)
        {
            await Task.Delay(terms.Look, cancellationToken).ConfigureAwait(false);
            parts.ThrowIfFired();
            var (look, order) = await SeeAsync(parts, cancellationToken).ConfigureAwait(false);
            var verdict = judge.See(look);
            if (_suspected is null && (verdict.Outcome == Outcome.Fail || verdict.Errors >= 10 || verdict.Slow >= 10))
                _suspected = look.At;
            show(Frame(frame, look, verdict));
            if (verdict.Outcome == Outcome.Fail)
                await FailAsync(parts, verdict, cancellationToken).ConfigureAwait(false);
            if (Heed(order) is { } word)
                return word;
            if (verdict.Outcome == Outcome.Blind)
                throw new CanaryEndedException(CanaryEnd.Blind, $"{verdict.Reason}. That says nothing about the release");
            if (_corrections > terms.Corrections)
                throw new CanaryEndedException(CanaryEnd.Blind, $"HAProxy's split was changed by somebody else {_corrections} times: what shoppers get is not known");
            if (Decide(verdict, look.At) is { } done)
                return done;
        }
    }

    private static async Task<CanaryOrder?> EarlyOrderAsync(WatchParts parts, CancellationToken cancellationToken)
    {
        try
        {
            return (await parts.Traffic.LookAsync(cancellationToken).ConfigureAwait(false)).Order;
        }
        catch (OperationException)
        {
            return null; // HAProxy does not answer: the first look will say so, and the order is still there.
        }
    }

    private async Task<(CanaryLook Look, CanaryOrder? Order)> SeeAsync(WatchParts parts, CancellationToken cancellationToken)
    {
        string? blind = null;
        TrafficWindow window = new(default, default, null);
        CanaryOrder? order = null;
        string? down = null;
        try
        {
            (var balancer, order) = await parts.Traffic.LookAsync(cancellationToken).ConfigureAwait(false);
            window = await parts.Source.TakeAsync(balancer, parts.Sides, cancellationToken).ConfigureAwait(false);
            down = parts.Sides.Canaries.Select(balancer.Server).FirstOrDefault(row => row?.IsDown == true) is { } row ? $"{row.Name} is down: HAProxy says {row.Status}" : null;
            blind = window.Blind ?? await CorrectAsync(parts, balancer, cancellationToken).ConfigureAwait(false);
            if (window.Lost > _lost)
                narrator.Warn("canary", string.Create(CultureInfo.InvariantCulture, $"{window.Lost - _lost:N0} requests were lost between HAProxy's ring and here; {window.Lost:N0} in all"));
            _lost = Math.Max(_lost, window.Lost);
        }
        catch (OperationException e) when (e is not CanaryEndedException)
        {
            blind = e.Seen is null ? e.Message : $"{e.Message}: {e.Seen.Split('\n')[0]}";
        }

        foreach (var (failure, count) in window.Failures)
            _failures[failure] = _failures.GetValueOrDefault(failure) + count;
        _times.Enqueue(window.Times);
        if (_times.Count > 15)
            _times.Dequeue();
        return (new CanaryLook(_clock.Elapsed, window.Canary, window.Stable) { Share = blind is null ? parts.Share : 0, Blind = blind, Broken = down ?? parts.Instances.Broken }, order);
    }

    /// <summary>A split that is not what was set is set again, and what was seen meanwhile does not count.</summary>
    private async Task<string?> CorrectAsync(WatchParts parts, BalancerLook balancer, CancellationToken cancellationToken)
    {
        if (parts.Split.Differences(balancer) is not { Count: > 0 } differences)
            return null;
        _corrections++;
        narrator.Warn("drift", $"{string.Join("; ", differences)}: set again");
        if (_corrections <= terms.Corrections)
            await parts.Traffic.SetAsync(parts.Split, cancellationToken).ConfigureAwait(false);
        return $"HAProxy's split had drifted ({differences[0]})";
    }

    private async Task FailAsync(WatchParts parts, Verdict verdict, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await parts.ToStable(cancellationToken).ConfigureAwait(false);
        narrator.Warn("canary", string.Create(CultureInfo.InvariantCulture, $"the release is bad; all traffic is back on stable after {clock.Elapsed.TotalSeconds:0.0} s"));
        var why = Explain(verdict);
        await parts.MarkBad(why, cancellationToken).ConfigureAwait(false);
        throw new CanaryEndedException(CanaryEnd.Bad, why);
    }

    private string Explain(Verdict verdict)
    {
        var at = _suspected ?? _clock.Elapsed;
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{verdict.Reason}. First seen at +{(int)at.TotalMinutes:00}:{at.Seconds:00}. Shoppers affected: {Math.Max(judge.AllCanary.Errors, verdict.Slow >= 10 ? judge.AllCanary.Slow : 0):N0}.");
        var sample = _failures.OrderByDescending(pair => pair.Value).Take(3).Select(pair => $"{pair.Key} {pair.Value}x").ToArray();
        return sample.Length == 0 ? text : $"{text} Sample: {string.Join(", ", sample)}";
    }

    /// <returns>Why the step is over; null: it is not.</returns>
    private string? Heed(CanaryOrder? order)
    {
        switch (order?.What)
        {
            case "promote":
                return $"promoted by {order.By}{Why(order)}";
            case "pause":
                _paused = $"paused by {order.By}{Why(order)}";
                _pausedAt = _clock.Elapsed;
                narrator.Say("canary", $"{_paused}; it goes on with Promote, ends with Abort, and goes back by itself after {Forecast.Time(terms.PauseLimit)}");
                return null;
            case "abort":
                throw new CanaryEndedException(CanaryEnd.Aborted, $"aborted by {order.By}{Why(order)}");
            default:
                return null;
        }

        static string Why(CanaryOrder order) => order.Why.Length == 0 ? "" : $": {order.Why}";
    }

    /// <returns>How the step passed; null: not yet.</returns>
    private string? Decide(Verdict verdict, TimeSpan at)
    {
        if (_pausedAt is { } since)
        {
            return at - since < terms.PauseLimit ? null
                : throw new CanaryEndedException(CanaryEnd.Inconclusive, $"{_paused}; nobody decided for {Forecast.Time(terms.PauseLimit)}");
        }

        switch (verdict.Outcome)
        {
            case Outcome.Pass:
                return verdict.Reason;
            case Outcome.Inconclusive when judging.Inconclusive == Environments.InconclusivePolicy.Continue:
                narrator.Warn("canary", $"inconclusive, and the environment's policy is to go on: {verdict.Reason}");
                return $"inconclusive, went on by policy: {verdict.Reason}";
            case Outcome.Inconclusive when judging.Inconclusive == Environments.InconclusivePolicy.Undo:
                throw new CanaryEndedException(CanaryEnd.Inconclusive, $"inconclusive after {Forecast.Time(at)}: {verdict.Reason}");
            case Outcome.Inconclusive:
                _paused = $"inconclusive: {verdict.Reason}";
                _pausedAt = at;
                narrator.Warn("canary", $"{_paused}. Paused: go on with Promote, end with Abort; after {Forecast.Time(terms.PauseLimit)} it goes back by itself");
                return null;
            default:
                return null;
        }
    }

    private CanaryView Frame(CanaryView frame, CanaryLook look, Verdict verdict) => frame with
    {
        At = look.At,
        Canary = judge.Canary,
        Stable = judge.Stable,
        CanaryP95 = P95(_times.SelectMany(times => times.Canary)),
        StableP95 = P95(_times.SelectMany(times => times.Stable)),
        Verdict = verdict,
        Paused = _paused,
        Lost = _lost,
    };

    private static long? P95(IEnumerable<long> times) => times.ToArray() is { Length: > 0 } all ? SlowLimits.Percentile(all, 0.95) : null;
}
