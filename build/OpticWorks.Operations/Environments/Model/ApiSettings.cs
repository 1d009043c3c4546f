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
}
