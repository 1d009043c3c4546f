namespace OpticWorks.Operations.Environments;

/// <summary>The backend as its users reach it.</summary>
public sealed record ApiSettings
{
    [Setting("the backend's address", SettingFormat.Origin, Example = "https://api-staging.optic.works")]
    public required Uri Url { get; init; }

    [Setting("path of the health check", SettingFormat.UrlPath)]
    public string Health { get; init; } = "/health";

    [Setting("path prefixes whose failure stops a canary at once", SettingFormat.UrlPath, Unique = true, Example = "/store/carts")]
    public IReadOnlyList<string> CriticalPaths { get; init; } = [];

    [Setting("reads that shoppers depend on: asked before an instance gets traffic, and of a rollback's target", SettingFormat.UrlPathAndQuery, Unique = true,
        Example = "/store/products?limit=12")]
    public IReadOnlyList<string> Reads { get; init; } = [];

    [Setting("the store's publishable API key, for the reads; it is public", SettingFormat.SingleLine, Example = "pk_…")]
    public string? PublishableKey { get; init; }
}
