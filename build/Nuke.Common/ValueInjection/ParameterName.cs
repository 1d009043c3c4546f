using Nuke.Common.Utilities;

namespace Nuke.Common.ValueInjection;

/// <summary>The forms of a parameter's name: on the command line, in the environment, and for comparison.</summary>
internal static class ParameterName
{
    public static string Normalize(string name) => name.Replace("-", string.Empty).ToLowerInvariant();

    public static bool AreEqual(string one, string other) => Normalize(one) == Normalize(other);

    /// <summary><c>NuGetApiKey</c> as <c>nuget-api-key</c>.</summary>
    public static string Dashed(string name) => name.SplitCamelHumpsWithKnownWords().JoinDash().ToLowerInvariant();

    /// <summary><c>NuGetApiKey</c> as <c>--nuget-api-key</c>.</summary>
    public static string Argument(string name) => $"--{Dashed(name)}";

    /// <summary><c>NuGetApiKey</c> as <c>NUGET_API_KEY</c>.</summary>
    public static string Variable(string name) =>
        name.SplitCamelHumpsWithKnownWords().JoinUnderscore().Replace('-', '_').ToUpperInvariant();
}
