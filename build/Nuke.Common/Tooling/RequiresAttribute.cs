using Nuke.Common.Tooling;

namespace Nuke.Common;

/// <summary>A tool that the build or component needs in every run.</summary>
public abstract class RequiresAttribute : Attribute
{
    public abstract ToolRequirement GetRequirement();
}
