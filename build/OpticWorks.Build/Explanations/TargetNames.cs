using System.Reflection;
using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Explanations;

/// <summary>The names of the targets that people ask for, for the schema and so for completion: components with a purpose.</summary>
internal static class TargetNames
{
    /// <summary>In order; a target that only others bring along is not among them.</summary>
    public static IEnumerable<string> All { get; } =
    [
        .. typeof(StoreBuild).GetInterfaces()
            .Select(component => (component, purpose: component.GetCustomAttribute<PurposeAttribute>()))
            .Where(pair => pair.purpose is not null)
            .SelectMany(pair => pair.component.GetProperties()
                .Where(property => property.PropertyType == typeof(Target) && pair.purpose!.Example.Split(' ')[0] == property.Name)
                .Select(property => property.Name))
            .Order(StringComparer.Ordinal),
    ];
}
