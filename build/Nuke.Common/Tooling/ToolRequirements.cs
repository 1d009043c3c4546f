using System.Reflection;
using Nuke.Common.Execution;

namespace Nuke.Common.Tooling;

/// <summary>Reads tool requirements from types and members, and checks them. Nothing is installed.</summary>
internal static class ToolRequirements
{
    public static ToolRequirement Of(Type tool, string version)
    {
        if (tool.IsAssignableTo(typeof(IRequirePathTool)))
            return new PathToolRequirement(Constant(tool, "PathExecutable"));
        return tool.IsAssignableTo(typeof(IRequireNpmPackage))
            ? new NpmPackageRequirement(Constant(tool, "PackageId"), version)
            : new NuGetPackageRequirement(Constant(tool, "PackageId"), version);
    }

    public static ToolRequirement Of(MemberInfo member) =>
        member.GetCustomAttribute<ToolInjectionAttributeBase>()?.GetRequirement(member)
        ?? throw new BuildRefusal($"Member '{TargetDiscovery.ShortName(member)}' is required as a tool but has no tool attribute");

    /// <summary>What is wrong; null when the tool is there.</summary>
    public static string Problem(ToolRequirement requirement) => requirement switch
    {
        PathToolRequirement path => IsMissing(path.PathExecutable) ? $"the program '{path.PathExecutable}', which is not in PATH" : null,
        NuGetPackageRequirement package => CannotInstall("NuGet", package.PackageId),
        NpmPackageRequirement package => CannotInstall("npm", package.PackageId),
        AptGetPackageRequirement package => CannotInstall("Debian", package.PackageId),
        _ => null
    };

    private static bool IsMissing(string program) =>
        Path.IsPathRooted(program)
            ? !File.Exists(program)
            : ToolPathResolver.FindInPath(program) == null
                && !EnvironmentInfo.HasVariable(ToolResolver.EnvironmentNameOf(program), allowEmpty: false);

    private static string CannotInstall(string kind, string package) => $"the {kind} package '{package}', which this engine does not install";

    private static string Constant(Type tool, string name) =>
        tool.GetField(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.FlattenHierarchy)?.GetValue(null) as string
        ?? throw new BuildRefusal($"'{tool.Name}' has no constant '{name}' that names its tool");
}
