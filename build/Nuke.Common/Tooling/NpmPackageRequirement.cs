namespace Nuke.Common.Tooling;

/// <summary>A tool of a npm package.</summary>
public class NpmPackageRequirement(string packageId, string version = null) : ToolRequirement
{
    public string PackageId { get; init; } = packageId;

    public string Version { get; init; } = version;
}
