namespace OpticWorks.Operations.GitHub;

/// <summary>How long GitHub may keep anybody waiting.</summary>
/// <param name="Request">The longest that one request may take.</param>
/// <param name="Wait">The longest that one call may wait in all for its limits to be lifted or its faults to pass.</param>
/// <param name="Attempts">How often one call is sent at most.</param>
public sealed record GitHubLimits(TimeSpan Request, TimeSpan Wait, int Attempts)
{
    public static GitHubLimits Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2), 4);
}
