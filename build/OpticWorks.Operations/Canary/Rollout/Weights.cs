namespace OpticWorks.Operations.Canary.Rollout;

/// <summary>HAProxy's weights for a share of traffic.</summary>
/// <param name="Canary">Weight of each instance of the canary.</param>
/// <param name="Stable">Weight of each stable instance in traffic.</param>
public readonly record struct Weights(int Canary, int Stable)
{
    /// <summary>HAProxy's greatest weight.</summary>
    public const int Greatest = 256;

    /// <summary>The pair that comes nearest to the share; of equally near ones the smallest, because its round is the shortest.</summary>
    /// <param name="share">The canary's part, 0 to 1; 0 and 1 keep the other side's weight at 0.</param>
    /// <param name="full">The weight of an instance that shares with none of the other side.</param>
    public static Weights Of(double share, int canaries, int stables, int full)
    {
        if (share <= 0 || canaries == 0)
            return new Weights(0, full);
        if (share >= 1 || stables == 0)
            return new Weights(full, 0);
        var best = (Distance: double.MaxValue, Weights: default(Weights));
        for (var stable = 1; stable <= Greatest; stable++)
        {
            var exact = share * stables * stable / ((1 - share) * canaries);
            var canary = Math.Clamp((int)Math.Round(exact), 1, Greatest);
            var weights = new Weights(canary, stable);
            var distance = Math.Abs(weights.Share(canaries, stables) - share);
            if (distance < best.Distance - 1e-12)
                best = (distance, weights);
        }

        return best.Weights;
    }

    /// <summary>The share that these weights give the canary.</summary>
    public double Share(int canaries, int stables) =>
        (double)(Canary * canaries) / ((Canary * canaries) + (Stable * stables));
}
