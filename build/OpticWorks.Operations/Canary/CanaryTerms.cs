namespace OpticWorks.Operations.Canary;

/// <summary>How a canary waits and looks.</summary>
public sealed record CanaryTerms
{
    /// <summary>Time between two looks.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two looks at the canary's hosts (units, restarts, health).</summary>
    public TimeSpan HostLook { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause, whoever wanted it; then everything goes back to stable as inconclusive.</summary>
    public TimeSpan PauseLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest time that nothing is seen before everything goes back to stable, without calling the release bad.</summary>
    public TimeSpan BlindLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The dead-man acts so long after the last renewal.</summary>
    public TimeSpan DeadManLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So many times the split is set again when HAProxy lost it; after that nobody knows what shoppers get.</summary>
    public int Corrections { get; init; } = 3;
}
