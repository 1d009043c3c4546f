using System.Reflection;
using Nuke.Common;
using Nuke.Common.Execution;

namespace OpticWorks.Build.CommandLine;

/// <summary>
/// Hides ambient values of <see cref="CommandLineOnlyAttribute"/> parameters before anything is injected, so that a variable named
/// ENVIRONMENT or ID can never aim a command. Built on NUKE's extension points: it holds on the published packages too.
/// </summary>
internal sealed class CommandLineOnlyGuardAttribute : BuildExtensionAttributeBase, IOnBuildCreated
{
    public override float Priority { get; set; } = 1000;

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        var guarded = Build.GetType().GetInterfaces()
            .SelectMany(component => component.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .Where(property => property.IsDefined(typeof(CommandLineOnlyAttribute)))
            .Select(property => property.Name);
        foreach (var name in Ambient(guarded, Environment.GetEnvironmentVariables().Keys.Cast<string>()))
            Environment.SetEnvironmentVariable(name, null);
    }

    /// <summary>The variables that the engine would take for one of the parameters: equal but for case and everything that is not a
    /// letter or digit, with or without a leading NUKE.</summary>
    internal static IReadOnlyList<string> Ambient(IEnumerable<string> parameters, IEnumerable<string> variables)
    {
        var names = parameters.Select(Plain).SelectMany(name => new[] { name, "nuke" + name }).ToHashSet();
        return [.. variables.Where(variable => names.Contains(Plain(variable)))];
    }

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
