namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What a sequential test has decided so far.</summary>
public enum GuardState
{
    Open,
    Good,
    Bad,
}

/// <summary>
/// Wald's sequential probability ratio test of an absolute objective, for when there is no stable side to compare with: at most p0 is
/// good, p1 and more is bad.
/// </summary>
/// <remarks>The bound for "bad" is 1/α, not Wald's (1−β)/α: so α holds exactly, however often one looks.</remarks>
/// <param name="good">p0, the objective: a share of all requests.</param>
/// <param name="bad">p1; greater than <paramref name="good"/>.</param>
/// <param name="alpha">The probability that p0 is called bad.</param>
/// <param name="beta">The probability that p1 is called good.</param>
public sealed class ObjectiveGuard(double good, double bad, double alpha, double beta = 0.05)
{
    private readonly double _perEvent = Math.Log(bad / good);
    private readonly double _perOther = Math.Log((1 - bad) / (1 - good));

    /// <summary>Logarithm of the likelihood ratio of bad to good.</summary>
    public double LogRatio { get; private set; }

    public double Good { get; } = good;

    public double Bad { get; } = bad;

    /// <summary>Once bad it stays bad.</summary>
    public GuardState State { get; private set; }

    public void Add(long requests, long events)
    {
        if (State == GuardState.Bad)
            return;
        LogRatio += (events * _perEvent) + ((requests - events) * _perOther);
        State = LogRatio >= -Math.Log(alpha) ? GuardState.Bad : LogRatio <= Math.Log(beta / (1 - alpha)) ? GuardState.Good : GuardState.Open;
    }
}
