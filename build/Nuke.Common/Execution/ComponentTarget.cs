using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>The target meant by a relation that names only a component.</summary>
internal static class ComponentTarget
{
    public static PropertyInfo Only(Type component, string targetName)
    {
        var properties = component.GetProperties().Where(property => property.PropertyType == typeof(Target)).ToArray();
        var declared = properties.Length == 0 ? "no target" : $"the targets {string.Join(", ", properties.Select(property => property.Name))}";
        return properties is [var only]
            ? only
            : throw new BuildRefusal(
                $"Target '{targetName}' cannot have shorthand dependency on component '{component.Name}'. "
                + $"It declares {declared}; name the one that is meant.");
    }
}
