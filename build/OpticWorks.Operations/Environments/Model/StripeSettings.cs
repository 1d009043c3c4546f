namespace OpticWorks.Operations.Environments;

public enum StripeMode
{
    Test,
    Live,
}

/// <summary>Which kind of Stripe keys belongs here; checked by <see cref="StripeGuard"/>.</summary>
public sealed record StripeSettings
{
    [Setting("the kind of Stripe keys that belongs here", Example = "test")]
    public required StripeMode Mode { get; init; }
}
