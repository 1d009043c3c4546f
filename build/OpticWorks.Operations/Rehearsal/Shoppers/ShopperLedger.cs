namespace OpticWorks.Operations.Rehearsal.Shoppers;

/// <summary>What shoppers got in a slice of time.</summary>
/// <param name="At">Its beginning, since the first request.</param>
/// <param name="Failed">Requests that failed and were not given to a release to fail.</param>
/// <param name="Given">Requests that a release failed on purpose.</param>
/// <param name="P50">Milliseconds; 0: nothing was answered.</param>
/// <param name="Api">Answers of the API by the release that gave them.</param>
/// <param name="Pages">Answers of the storefront by the release that gave them.</param>
public sealed record ShopperSlice(
    TimeSpan At, int Requests, int Failed, int Given, double P50, double P95, IReadOnlyDictionary<string, int> Api, IReadOnlyDictionary<string, int> Pages);

/// <summary>Everything that became of the shoppers' requests. Pure.</summary>
/// <param name="Width">Of a slice.</param>
/// <param name="Kinds">What was asked, the most frequent first.</param>
/// <param name="Failures">What failed although nobody gave it to fail, in words: the first ones.</param>
public sealed record ShopperLedger(
    int Sent, int Failed, int Given, double P50, double P95, TimeSpan Width, IReadOnlyList<ShopperSlice> Slices, IReadOnlyList<(string Kind, TrafficSummary Summary)> Kinds,
    IReadOnlyList<string> Failures)
{
    /// <summary>More of them are only counted.</summary>
    private const int MostFailures = 20;

    /// <summary>About so many points a curve has.</summary>
    private const int MostSlices = 180;

    public static ShopperLedger Empty { get; } = Of([]);

    /// <summary>Nothing was answered, or with anything but success: shoppers ask for nothing that is not there.</summary>
    public static bool IsWrong(TrafficSample sample) => sample.Status is 0 or >= 400;

    public static ShopperLedger Of(IEnumerable<TrafficSample> samples)
    {
        var all = samples.OrderBy(sample => sample.Due).ToArray();
        var wrong = all.Where(IsWrong).ToArray();
        var failed = wrong.Where(sample => !sample.Given).ToArray();
        var times = Times(all);
        var width = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((all.LastOrDefault()?.Due.TotalSeconds ?? 0) / MostSlices)));
        return new ShopperLedger(
            all.Length, failed.Length, wrong.Length - failed.Length, TrafficSummary.Quantile(times, 0.5), TrafficSummary.Quantile(times, 0.95), width, Sliced(all, width),
            [.. all.GroupBy(sample => sample.Kind).OrderByDescending(kind => kind.Count()).Select(kind => (kind.Key, TrafficSummary.Of(kind)))],
            [.. failed.Take(MostFailures).Select(Text)]);
    }

    /// <summary>How many answers of the API a release gave.</summary>
    public int AnswersOf(string release) => Slices.Sum(slice => slice.Api.GetValueOrDefault(release));

    private static IReadOnlyList<ShopperSlice> Sliced(IReadOnlyList<TrafficSample> all, TimeSpan width) =>
    [
        .. all.GroupBy(sample => (int)(sample.Due / width)).Select(slice =>
        {
            var times = Times(slice);
            return new ShopperSlice(slice.Key * width, slice.Count(), slice.Count(sample => IsWrong(sample) && !sample.Given), slice.Count(sample => sample.Given),
                TrafficSummary.Quantile(times, 0.5), TrafficSummary.Quantile(times, 0.95), Releases(slice, page: false), Releases(slice, page: true));
        }),
    ];

    private static double[] Times(IEnumerable<TrafficSample> samples) => [.. samples.Where(sample => !IsWrong(sample)).Select(sample => sample.Latency.TotalMilliseconds).Order()];

    private static IReadOnlyDictionary<string, int> Releases(IEnumerable<TrafficSample> samples, bool page) => samples
        .Where(sample => sample.Release is not null && sample.Kind.StartsWith(ShopperTraffic.Page, StringComparison.Ordinal) == page)
        .GroupBy(sample => sample.Release!).ToDictionary(release => release.Key, release => release.Count());

    private static string Text(TrafficSample sample) => FormattableString.Invariant(
        $"at {(int)sample.Due.TotalMinutes}:{sample.Due.Seconds:00}  {sample.Kind}  {sample.Problem ?? $"status {sample.Status}"}{(sample.Release is { } release ? $" from {release}" : "")}");
}
