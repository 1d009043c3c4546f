namespace OpticWorks.Operations.Canary.Judging;

/// <summary>
/// Evidence that an event (an error, a slow request) is more frequent on the canary than on the stable side: an e-process over
/// windows of counts. Given all events of a window, those of the canary are binomial with its share of the requests, whatever the
/// common rate is and however it changes; so an incident that hits both sides is no evidence. Under equal rates the probability that the
/// evidence ever reaches 1/α is at most α, however often one looks.
/// </summary>
/// <remarks>Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022 (arXiv:2011.03567); Ville's inequality.
/// The alternatives are a mixture of rate ratios; more weight lies on those that canaries die of.</remarks>
/// <param name="tolerated">The rate ratio that is still no harm: 1 means that any rise is; 1.5 allows half as many again.</param>
public sealed class RateEvidence(double tolerated = 1)
{
    internal static readonly (double Ratio, double Weight)[] Mixture =
        [(1.5, 0.02), (2, 0.07), (3, 0.22), (5, 0.12), (10, 0.255), (25, 0.195), (100, 0.12)];

    private readonly double[] _logs = [.. Mixture.Select(part => Math.Log(part.Weight))];

    /// <summary>Natural logarithm of the evidence now.</summary>
    public double LogValue { get; private set; }

    /// <summary>Natural logarithm of the greatest evidence so far.</summary>
    public double GreatestLog { get; private set; }

    /// <summary>The probability, at most, that evidence this strong ever appears when both sides are equal.</summary>
    public double Probability => Math.Exp(-GreatestLog);

    /// <summary>Whether it has ever reached 1/α.</summary>
    public bool Reaches(double alpha) => GreatestLog >= -Math.Log(alpha);

    /// <summary>One window. Without requests on either side it says nothing.</summary>
    /// <param name="canary">Requests of the canary.</param>
    /// <param name="canaryEvents">Of them with the event.</param>
    public void Add(long canary, long canaryEvents, long stable, long stableEvents)
    {
        if (canary <= 0 || stable <= 0 || canaryEvents + stableEvents == 0)
            return;
        var share = (double)canary / (canary + stable);
        var expected = Part(share, tolerated);
        var greatest = double.NegativeInfinity;
        for (var i = 0; i < _logs.Length; i++)
        {
            var part = Part(share, tolerated * Mixture[i].Ratio);
            _logs[i] += (canaryEvents * Math.Log(part / expected)) + (stableEvents * Math.Log((1 - part) / (1 - expected)));
            greatest = Math.Max(greatest, _logs[i]);
        }

        LogValue = greatest + Math.Log(_logs.Sum(log => Math.Exp(log - greatest)));
        GreatestLog = Math.Max(GreatestLog, LogValue);
    }

    /// <summary>The canary's part of all events when its rate is so many times the stable one.</summary>
    internal static double Part(double share, double ratio) => share * ratio / (1 - share + (share * ratio));
}
