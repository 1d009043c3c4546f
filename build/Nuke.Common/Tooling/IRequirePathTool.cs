namespace Nuke.Common.Tooling;

/// <summary>A tool in PATH; the class names it in a constant <c>PathExecutable</c>.</summary>
public interface IRequirePathTool : IRequireTool
{
}
