namespace OpticWorks.Operations.Canary.Sources;

/// <summary>From when on a request is slow.</summary>
/// <param name="Stable">Slower than the stable side's frozen 95th percentile, milliseconds; null: too little was seen before the canary.</param>
/// <param name="Objective">The objective's 95th percentile, milliseconds.</param>
public sealed record SlowLimits(long? Stable, long Objective)
{
    /// <summary>A difference that no shopper feels is no harm: so much is added to the frozen percentile, whichever is more.</summary>
    private const long LeastDifference = 50;
    private const double LeastPart = 0.25;

    /// <summary>So many requests give a 95th percentile that means something.</summary>
    private const int LeastRequests = 200;

    /// <param name="times">Of the stable side before the canary, milliseconds.</param>
    public static SlowLimits Of(IReadOnlyCollection<long> times, TimeSpan objective) => new(
        times.Count < LeastRequests ? null : Frozen(Percentile(times, 0.95)), (long)objective.TotalMilliseconds);

    internal static long Frozen(long percentile) => percentile + Math.Max(LeastDifference, (long)(percentile * LeastPart));

    /// <summary>The smallest of them that the part p does not exceed; 0 of nothing.</summary>
    public static long Percentile(IEnumerable<long> times, double p)
    {
        var sorted = times.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(p * sorted.Length) - 1)];
    }
}
