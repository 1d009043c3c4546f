using System.Reflection;

namespace Nuke.Common.Reporting;

internal static class DefaultOutputs
{
    /// <summary>Whether no <see cref="DisableDefaultOutputAttribute"/> of the build turns that part off.</summary>
    public static bool AreEnabled(INukeBuild build, DefaultOutput output) =>
        !build.GetType()
            .GetCustomAttributes<DisableDefaultOutputAttribute>(inherit: true)
            .Any(attribute => attribute.DisabledOutputs.Contains(output) && attribute.IsApplicable(build));
}
