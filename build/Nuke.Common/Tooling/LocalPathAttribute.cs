using System.Reflection;

namespace Nuke.Common.Tooling;

/// <summary>A program of the repository, given absolutely or from the root directory.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class LocalPathAttribute : ToolInjectionAttributeBase
{
    private readonly string _path;

    public LocalPathAttribute(string absoluteOrRelativePath)
    {
        _path = absoluteOrRelativePath;
    }

    public LocalPathAttribute(string windowsPath, string unixPath)
    {
        _path = EnvironmentInfo.IsWin ? windowsPath : unixPath;
    }

    public override ToolRequirement GetRequirement(MemberInfo member) => new PathToolRequirement(FullPath);

    public override object GetValue(MemberInfo member, object instance) => ToolResolver.GetTool(FullPath);

    private string FullPath => Path.Combine(NukeBuild.RootDirectory, _path);
}
