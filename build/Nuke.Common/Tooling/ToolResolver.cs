namespace Nuke.Common.Tooling;

/// <summary>Makes <see cref="Tool"/>s of programs.</summary>
public static class ToolResolver
{
    public static Tool GetTool(string toolPath)
    {
        Assert.FileExists(toolPath);
        return new ToolExecutor(toolPath).Execute;
    }

    /// <summary>The program that the variable <c>NAME_EXE</c> names; null when it is not set.</summary>
    public static Tool TryGetEnvironmentTool(string name)
    {
        var path = ToolPathResolver.TryGetEnvironmentExecutable(EnvironmentNameOf(name));
        return path == null ? null : GetTool(path);
    }

    public static Tool GetPathTool(string name) => GetTool(ToolPathResolver.GetPathExecutable(name));

    public static Tool GetEnvironmentOrPathTool(string name) => TryGetEnvironmentTool(name) ?? GetPathTool(name);

    internal static string EnvironmentNameOf(string name) => $"{name.ToUpperInvariant().Replace('-', '_').Replace('.', '_')}_EXE";
}
