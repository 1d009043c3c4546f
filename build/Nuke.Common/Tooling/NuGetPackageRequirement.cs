namespace Nuke.Common.Tooling;

/// <summary>A tool of a NuGet package.</summary>
public class NuGetPackageRequirement(string packageId, string version = null) : ToolRequirement
{
    public string PackageId { get; init; } = packageId;

    public string Version { get; init; } = version;
}
