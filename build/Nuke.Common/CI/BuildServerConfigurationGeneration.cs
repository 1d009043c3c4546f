using Nuke.Common.Execution;

namespace Nuke.Common.CI;

/// <summary>The run that writes a configuration instead of running targets.</summary>
public static class BuildServerConfigurationGeneration
{
    public const string ConfigurationParameterName = "generate-configuration";

    public static bool IsActive => Invocation.Current.CommandLine.Find(ConfigurationParameterName) != null;
}
