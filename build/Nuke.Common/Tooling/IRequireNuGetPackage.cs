namespace Nuke.Common.Tooling;

/// <summary>A tool of a NuGet package; the class names it in a constant <c>PackageId</c>.</summary>
public interface IRequireNuGetPackage : IRequireTool, IRequireToolWithVersion
{
}
