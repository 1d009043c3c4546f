namespace Nuke.Common.Tooling;

/// <summary>A class that stands for a tool.</summary>
public interface IRequireTool
{
}
