namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>How a lease is asked for.</summary>
public sealed record LeaseWish
{
    /// <summary>How long a held lease or a freeze is waited for.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.Zero;

    /// <summary>Time between two looks while waiting.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For Resume: a lease whose holder certainly has ended (<see cref="HolderProcess.HasEnded"/>) is taken at once.</summary>
    public bool TakeOverFromTheDead { get; init; }

    /// <summary>For Resume and Rollback: a freeze keeps new changes out, it does not keep a half-done one in.</summary>
    public bool EvenIfFrozen { get; init; }
}
