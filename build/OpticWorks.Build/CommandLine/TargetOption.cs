using System.Reflection;
using Nuke.Common;
using Nuke.Common.Execution;

namespace OpticWorks.Build.CommandLine;

/// <summary>A parameter as people type it.</summary>
/// <param name="Name">With dashes, without the leading ones: store-directory.</param>
/// <param name="Required">The target does not begin without it.</param>
internal sealed record TargetOption(string Name, string Description, bool Required)
{
    /// <summary>The options of these components, in order of their names.</summary>
    public static IReadOnlyList<TargetOption> Of(IEnumerable<Type> components) => Find(components, []);

    /// <summary>The options of a target: those of its component and of the components that this one is made of.</summary>
    public static IReadOnlyList<TargetOption> Of(ExecutableTarget target) => target.Member?.DeclaringType is { } component
        ? Find([component, .. component.GetInterfaces()], [.. target.DelegateRequirements.Select(requirement => requirement.ToString())])
        : [];

    private static IReadOnlyList<TargetOption> Find(IEnumerable<Type> components, IReadOnlyList<string> requirements) =>
    [
        .. components
            .Where(component => component.Namespace == typeof(Targets.IHazOperations).Namespace)
            .SelectMany(component => component.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(property => (property, parameter: property.GetCustomAttribute<ParameterAttribute>()))
            .Where(pair => pair.parameter is { List: true })
            .Select(pair => new TargetOption(
                Dashed(pair.parameter!.Name ?? pair.property.Name), pair.parameter.Description ?? "",
                requirements.Any(text => text.Contains(pair.property.Name, StringComparison.Ordinal))))
            .OrderBy(option => option.Name, StringComparer.Ordinal),
    ];

    private static string Dashed(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
