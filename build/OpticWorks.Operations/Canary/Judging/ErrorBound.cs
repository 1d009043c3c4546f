namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What a count of errors says about the rate behind it (Clopper and Pearson's exact bound).</summary>
public static class ErrorBound
{
    /// <summary>Whether the rate is surely below a limit: with the limit as the rate, so few errors would appear with a probability of
    /// at most <paramref name="doubt"/>.</summary>
    public static bool IsBelow(double limit, long requests, long errors, double doubt) => Cumulative(requests, errors, limit) <= doubt;

    /// <summary>The upper bound of the rate; 1 without requests.</summary>
    public static double Upper(long requests, long errors, double doubt)
    {
        if (requests <= 0 || errors >= requests)
            return 1;
        var (low, high) = ((double)errors / requests, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Cumulative(requests, errors, middle) <= doubt)
                high = middle;
            else
                low = middle;
        }

        return high;
    }

    /// <summary>The least number of requests that, all without error, put the rate below a limit.</summary>
    public static long LeastRequests(double limit, double doubt) => (long)Math.Ceiling(Math.Log(doubt) / Math.Log(1 - limit));

    /// <summary>P(X ≤ errors) for X binomial.</summary>
    private static double Cumulative(long requests, long errors, double rate)
    {
        if (errors >= requests || rate <= 0)
            return 1;
        if (rate >= 1)
            return 0;
        var log = requests * Math.Log(1 - rate);
        var odds = Math.Log(rate / (1 - rate));
        var sum = Math.Exp(log);
        for (long i = 1; i <= errors; i++)
        {
            log += odds + Math.Log((double)(requests - i + 1) / i);
            sum += Math.Exp(log);
        }

        return Math.Min(1, sum);
    }
}
