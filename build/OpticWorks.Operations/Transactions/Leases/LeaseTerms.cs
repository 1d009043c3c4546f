namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>How long a lease lasts and how it is kept.</summary>
public sealed record LeaseTerms
{
    /// <param name="lifetime">It expires so long after its last renewal.</param>
    /// <param name="renewal">Time between renewals.</param>
    /// <exception cref="ArgumentException">A renewal could come after the holder has to stop.</exception>
    public LeaseTerms(TimeSpan lifetime, TimeSpan renewal)
    {
        Lifetime = lifetime;
        Renewal = renewal;
        if (renewal <= TimeSpan.Zero || renewal * 2 > lifetime - Margin)
            throw new ArgumentException($"A lease of {lifetime.TotalSeconds} s cannot be renewed every {renewal.TotalSeconds} s.", nameof(renewal));
    }

    public static LeaseTerms Default { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));

    public TimeSpan Lifetime { get; }

    public TimeSpan Renewal { get; }

    /// <summary>The holder stops acting so long before the lease could expire: time enough to end what it runs on hosts.</summary>
    public TimeSpan Margin => Lifetime / 6;
}
