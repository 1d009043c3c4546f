namespace OpticWorks.Benchmarks.Canary;

/// <summary>Random counts from a seed.</summary>
internal sealed class Draws(int seed)
{
    private readonly Random _random = new(seed);

    public int Poisson(double mean)
    {
        if (mean > 30)
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        var (limit, count, product) = (Math.Exp(-mean), 0, _random.NextDouble());
        while (product > limit)
        {
            count++;
            product *= _random.NextDouble();
        }

        return count;
    }

    public int Binomial(int count, double probability)
    {
        if (count <= 0 || probability <= 0)
            return 0;
        if (probability >= 1)
            return count;
        if (probability > 0.5)
            return count - Binomial(count, 1 - probability);
        // Exact: jumps from success to success.
        var (successes, at, log) = (0, 0, Math.Log(1 - probability));
        while (true)
        {
            at += (int)Math.Min(count + 1, Math.Log(1 - _random.NextDouble()) / log) + 1;
            if (at > count)
                return successes;
            successes++;
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
