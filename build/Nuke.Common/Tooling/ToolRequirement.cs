namespace Nuke.Common.Tooling;

/// <summary>A tool that has to be there before targets run.</summary>
public class ToolRequirement
{
}
