using Nuke.Common.CI;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>All names the command line may use.</summary>
internal static class KnownParameters
{
    /// <summary>Switches that belong to tools rather than to people; the help does not list them.</summary>
    public const string ShellCompletion = "ShellCompletion";

    public const string Strict = "Strict";

    public static readonly string[] OfEngine =
    [
        "Continue", "Help", "Host", "NoLogo", "Partition", "Plan", "Profile", "Root", "Skip", "Target", "Verbosity"
    ];

    public static IReadOnlyCollection<string> Of(NukeBuild build, Invocation invocation) =>
    [
        .. build.Injection.Parameters.Select(parameter => parameter.Name),
        .. OfEngine,
        ShellCompletion,
        Strict,
        BuildServerConfigurationGeneration.ConfigurationParameterName,
        SecretPassword.ParameterName(profile: null),
        .. invocation.Profiles.Select(SecretPassword.ParameterName)
    ];
}
