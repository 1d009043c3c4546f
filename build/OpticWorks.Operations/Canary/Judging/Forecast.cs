using System.Globalization;

namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What a plan can see at a store's traffic, said before it starts. Expected times; the real ones scatter around them.</summary>
/// <param name="Rate">Requests a second of all instances together.</param>
/// <param name="Share">The canary's part of them, 0 to 1.</param>
/// <param name="Errors">The stable side's error rate.</param>
/// <param name="Alpha">The false-alarm odds of the error test.</param>
public sealed record Forecast(double Rate, double Share, double Errors, double Alpha)
{
    /// <summary>Fewer errors than this are assumed nowhere: nobody knows a rate of nothing.</summary>
    private const double LeastErrors = 0.001;

    /// <summary>The time until a rise of the canary's error rate to <paramref name="rise"/> is seen; null: never.</summary>
    public TimeSpan? TimeToSee(double rise)
    {
        var stable = Math.Max(Errors, LeastErrors);
        if (Rate <= 0)
            return null;
        var seconds = RateEvidence.Mixture.Min(alternative =>
        {
            var part = RateEvidence.Part(Share, alternative.Ratio);
            var growth = (Share * rise * Math.Log(part / Share)) + ((1 - Share) * stable * Math.Log((1 - part) / (1 - Share)));
            return growth <= 0 ? double.PositiveInfinity : -Math.Log(alternative.Weight * Alpha) / (Rate * growth);
        });
        // At least one request of the canary has to fail.
        return seconds > 30 * 86400 ? null : TimeSpan.FromSeconds(Math.Max(seconds, 1 / (Rate * Share)));
    }

    /// <summary>The least rise that is seen within a time; null: not even a release that fails always.</summary>
    public double? LeastRise(TimeSpan within)
    {
        if (TimeToSee(1) is not { } longest || longest > within)
            return null;
        var (low, high) = (Math.Max(Errors, LeastErrors), 1.0);
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            if (TimeToSee(middle) is { } time && time <= within)
                high = middle;
            else
                low = middle;
        }

        return high;
    }

    /// <summary>What people are told before a canary: what each step can see in its time, what it cannot, and what would help.</summary>
    public static IReadOnlyList<string> Explain(double rate, double errors, JudgeTerms terms, IReadOnlyList<int> percents)
    {
        var first = new Forecast(rate, Math.Min(percents[0], 50) / 100.0, errors, terms.FalseAlarm * JudgeTerms.ErrorsPart);
        var hold = terms.Dwell * terms.HoldFactor;
        var lines = new List<string>();
        var least = first.LeastRise(terms.Dwell);
        var within = first.LeastRise(hold);
        var head = string.Create(CultureInfo.InvariantCulture, $"at your traffic of {rate:0.#} requests/s this plan can see ");
        if (least is { } rise)
            lines.Add(head + $"a rise of errors to {Percent(rise)} within {Time(terms.Dwell)}, not {Percent(Below(rise, errors))}");
        else if (within is { } later)
            lines.Add(head + $"a rise of errors to {Percent(later)} within {Time(hold)}, not {Percent(Below(later, errors))}; within the dwell of {Time(terms.Dwell)} it sees nothing");
        else
            lines.Add(head + $"nothing within {Time(hold)}: not even a release that fails always");

        var needed = ErrorBound.LeastRequests(terms.ErrorRate, JudgeTerms.Doubt);
        var seconds = rate <= 0 ? double.PositiveInfinity : needed / (rate * first.Share);
        if (seconds > hold.TotalSeconds)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"it cannot pass: a step needs {needed} requests on the canary, which {percents[0]} % of this traffic bring in {(double.IsInfinity(seconds) ? "no time" : Time(TimeSpan.FromSeconds(seconds)))}; it holds at most {Time(hold)}"));
            var share = (int)Math.Ceiling(100 * needed / (Math.Max(rate, 1e-9) * hold.TotalSeconds));
            List<string> ways = [];
            if (share <= 50)
                ways.Add($"a first step of {share} %");
            if (rate > 0)
                ways.Add($"a dwell of {Time(TimeSpan.FromSeconds(Math.Ceiling(seconds / terms.HoldFactor)))}");
            ways.Add(string.Create(CultureInfo.InvariantCulture, $"--probe {Math.Ceiling((needed / (hold.TotalSeconds * first.Share)) - rate):0} (synthetic requests/s)"));
            lines.Add("what would do: " + string.Join(", or ", ways));
        }

        return lines;
    }

    private static double Below(double rise, double errors) => Math.Max(errors, rise / 3);

    internal static string Percent(double rate) => rate.ToString(rate >= 0.095 ? "0 %" : rate >= 0.0095 ? "0.# %" : "0.## %", CultureInfo.InvariantCulture);

    internal static string Time(TimeSpan time) => time.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : time.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h");
}
