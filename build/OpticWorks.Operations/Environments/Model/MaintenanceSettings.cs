namespace OpticWorks.Operations.Environments;

/// <summary>What a maintenance leaves open, and who else is told.</summary>
public sealed record MaintenanceSettings
{
    [Setting("path prefixes that are served during a maintenance: payments that were begun are confirmed there", SettingFormat.UrlPath, Unique = true, Example = "/hooks/payment")]
    public IReadOnlyList<string> Passing { get; init; } = ["/hooks/payment"];

    [Setting("file on the balancer's host that is there during a maintenance, for programs that look for one", SettingFormat.FilePath, Example = "/opt/storefront/.maintenance")]
    public string? Marker { get; init; }
}
