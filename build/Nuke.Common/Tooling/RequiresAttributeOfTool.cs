using Nuke.Common.Tooling;

namespace Nuke.Common;

/// <inheritdoc/>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, AllowMultiple = true)]
public class RequiresAttribute<T> : RequiresAttribute where T : IRequireTool
{
    public string Version { get; set; }

    public override ToolRequirement GetRequirement() => ToolRequirements.Of(typeof(T), Version);
}
