using Nuke.Common.CI;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>The names that parameters may be given under.</summary>
internal static class KnownParameters
{
    /// <summary>Switches that belong to tools rather than to people; the help does not list them.</summary>
    public const string ShellCompletion = "ShellCompletion";

    public const string Strict = "Strict";

    public static readonly string[] OfEngine =
    [
        "Continue", "Help", "Host", "NoLogo", "Partition", "Plan", "Profile", "Root", "Skip", "Target", "Verbosity"
    ];

    /// <summary>Those that parameter files can set; the others are needed to find the files, or ask for something once.</summary>
    public static readonly string[] OfEngineInFiles = ["NoLogo", "Skip", "Target", "Verbosity"];

    /// <summary>All names a parameter file may use.</summary>
    public static IReadOnlyCollection<string> InFiles(NukeBuild build) =>
        [.. build.Injection.Parameters.Select(parameter => parameter.Name), .. OfEngineInFiles];

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
