namespace OpticWorks.Operations.Canary.Judging;

/// <summary>One look at a canary: what happened since the look before.</summary>
/// <param name="At">Time since the step began.</param>
/// <param name="Canary">The instances that run the new release.</param>
/// <param name="Stable">The instances in traffic that run the old one.</param>
public sealed record CanaryLook(TimeSpan At, Tally Canary, Tally Stable)
{
    /// <summary>The canary's share of traffic as it is set, 0 to 1; 0: unknown.</summary>
    public double Share { get; init; }

    /// <summary>Why nothing, or not all, was seen since the look before; null: everything was.</summary>
    public string? Blind { get; init; }

    /// <summary>What cannot be argued with: an instance is down, was restarted, fails its health three times. Null: nothing.</summary>
    public string? Broken { get; init; }
}
