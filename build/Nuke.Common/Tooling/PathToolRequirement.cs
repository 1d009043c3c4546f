namespace Nuke.Common.Tooling;

/// <summary>A program in PATH.</summary>
public class PathToolRequirement(string pathExecutable) : ToolRequirement
{
    public string PathExecutable { get; init; } = pathExecutable;
}
