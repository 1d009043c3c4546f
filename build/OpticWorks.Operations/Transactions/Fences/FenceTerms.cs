namespace OpticWorks.Operations.Transactions.Fences;

/// <summary>How long a host's fence is waited for.</summary>
/// <param name="OlderLimit">How long commands of an earlier holder may go on on a host before they are ended there (SIGTERM, then
/// SIGKILL): nothing of the new holder runs beside them.</param>
public sealed record FenceTerms(TimeSpan OlderLimit)
{
    public static FenceTerms Default { get; } = new(TimeSpan.FromSeconds(10));
}
