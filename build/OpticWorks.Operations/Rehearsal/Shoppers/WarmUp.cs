namespace OpticWorks.Operations.Rehearsal.Shoppers;

/// <summary>
/// Before shoppers are counted, a few of them come and wait until a store that has just started is warm. A computer on which it does not become so is too busy
/// for a rehearsal: what would fail then says nothing about a release.
/// </summary>
public static class WarmUp
{
    /// <summary>The part of the later rate that comes first.</summary>
    public const double Share = 0.2;

    /// <summary>The 95th percentile of the response time at that part, at most.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(800);

    /// <summary>What the last so many seconds were like counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait for a warm store.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <returns>How long it took.</returns>
    /// <exception cref="OperationException">It does not become warm (exit 4).</exception>
    public static async Task<TimeSpan> RunAsync(IReadOnlyList<TrafficKind> kinds, CancellationToken cancellationToken)
    {
        await using var few = new OpenLoop(kinds, Limit + TimeSpan.FromSeconds(10));
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            var (at, last) = (few.Elapsed, Last([.. few.Samples], few.Elapsed));
            if (IsWarm(last, at))
                return at;
            if (at > Limit)
            {
                throw OperationException.Preflight("This computer is too busy to rehearse: the store does not become warm",
                    "run it when nothing else does; or with fewer requests and longer steps, for example --shoppers 10 --dwell 40s",
                    seen: FormattableString.Invariant($"after {at.TotalSeconds:0} s, the last {Window.TotalSeconds:0} s: {last.Sent} answers, {last.Failed} failed, p95 {last.P95:0} ms"));
            }
        }
    }

    /// <summary>What was answered in the window before a moment.</summary>
    internal static ShopperLedger Last(IEnumerable<TrafficSample> samples, TimeSpan now) => ShopperLedger.Of(samples.Where(sample => sample.Due + sample.Latency >= now - Window));

    /// <summary>Answers, all of them good, and quick ones.</summary>
    internal static bool IsWarm(ShopperLedger last, TimeSpan at) => at >= Window && last is { Sent: > 0, Failed: 0 } && last.P95 <= Slowest.TotalMilliseconds;
}
