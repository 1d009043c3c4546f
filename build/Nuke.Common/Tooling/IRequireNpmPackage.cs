namespace Nuke.Common.Tooling;

/// <summary>A tool of an npm package; the class names it in a constant <c>PackageId</c>.</summary>
public interface IRequireNpmPackage : IRequireTool, IRequireToolWithVersion
{
}
