namespace Nuke.Common.Tooling;

/// <summary>A tool of a Debian package.</summary>
public class AptGetPackageRequirement(string packageId) : ToolRequirement
{
    public string PackageId { get; init; } = packageId;
}
