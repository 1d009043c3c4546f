namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>A version of a Worker, as Cloudflare lists it.</summary>
/// <param name="Number">Counts up with each upload.</param>
/// <param name="Tag">Annotation workers/tag; empty: none.</param>
/// <param name="Message">Annotation workers/message; empty: none.</param>
public sealed record WorkerVersion(string Id, int Number, DateTimeOffset Created, string By, string Tag, string Message);

/// <summary>A version's share of the traffic.</summary>
/// <param name="Percentage">0 to 100; at 0 only who names it gets it.</param>
public sealed record VersionShare(string VersionId, double Percentage);

/// <summary>Which versions get the traffic, and since when.</summary>
public sealed record WorkerDeployment(string Id, DateTimeOffset Created, string By, string Message, IReadOnlyList<VersionShare> Versions);
