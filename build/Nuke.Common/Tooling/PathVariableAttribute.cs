using System.Reflection;

namespace Nuke.Common.Tooling;

/// <summary>A program in PATH, or the one a variable such as <c>NPM_EXE</c> names; by default that of the member's name in lower case.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class PathVariableAttribute(string pathExecutable = null) : ToolInjectionAttributeBase
{
    public override ToolRequirement GetRequirement(MemberInfo member) => new PathToolRequirement(NameOf(member));

    public override object GetValue(MemberInfo member, object instance) => ToolResolver.GetEnvironmentOrPathTool(NameOf(member));

    private string NameOf(MemberInfo member) => pathExecutable ?? Execution.TargetDiscovery.ShortName(member).ToLowerInvariant();
}
