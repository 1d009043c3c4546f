using System.Reflection;
using System.Runtime.Versioning;

namespace Nuke.Common;

internal static class EngineVersion
{
    /// <summary>The version of NUKE whose public API and semantics this engine follows.</summary>
    public const string NukeApi = "10.1.0";

    public static string Text => typeof(EngineVersion).Assembly.GetName().Version.ToString(fieldCount: 2);

    public static string Platform
    {
        get
        {
            var framework = typeof(EngineVersion).Assembly.GetCustomAttribute<TargetFrameworkAttribute>();
            return $"{EnvironmentInfo.Platform}, {framework?.FrameworkName}";
        }
    }
}
