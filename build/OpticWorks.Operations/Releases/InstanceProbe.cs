using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Releases;

/// <summary>What an instance is asked before it gets traffic.</summary>
/// <param name="Health">Path of the health check.</param>
/// <param name="Reads">Paths of reads that shoppers depend on, with their queries.</param>
/// <param name="PublishableKey">What the store's API wants to see in <c>x-publishable-api-key</c>; it stands in every page and is no secret. Null:
/// none, and then an answer of 400 to a read says that the instance works.</param>
public sealed record InstanceProbe(string Health, IReadOnlyList<string> Reads, string? PublishableKey)
{
    public static InstanceProbe Of(ApiSettings api) => new(api.Health, api.Reads, api.PublishableKey);
}
