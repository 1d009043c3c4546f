using System.Globalization;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>What people want to know of many requests.</summary>
/// <param name="P50">Latency in milliseconds that half of the answers kept; likewise the others.</param>
/// <param name="Problems">What failed, the most frequent first, for example "503 x 12".</param>
public sealed record TrafficSummary(int Sent, int Failed, double P50, double P95, double P99, double Most, IReadOnlyList<string> Problems)
{
    public static TrafficSummary Of(IEnumerable<TrafficSample> samples)
    {
        var all = samples.ToArray();
        var times = all.Where(sample => !sample.Failed).Select(sample => sample.Latency.TotalMilliseconds).Order().ToArray();
        return new TrafficSummary(all.Length, all.Count(sample => sample.Failed), Quantile(times, 0.5), Quantile(times, 0.95), Quantile(times, 0.99), times.LastOrDefault(),
        [
            .. all.Where(sample => sample.Failed).GroupBy(sample => sample.Problem ?? sample.Status.ToString(CultureInfo.InvariantCulture))
                .OrderByDescending(group => group.Count()).Select(group => $"{group.Key} x {group.Count()}"),
        ]);
    }

    /// <summary>The nearest-rank quantile of sorted values; 0 for none.</summary>
    internal static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Failed} failed of {Sent}, p50 {P50:0} ms, p95 {P95:0} ms, p99 {P99:0} ms, most {Most:0} ms{(Problems.Count > 0 ? $" ({string.Join("; ", Problems)})" : "")}");
}
