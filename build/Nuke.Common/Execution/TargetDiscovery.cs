using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>
/// Finds the targets of a build: the properties of its class in the order of declaration, then those its components
/// bring along. The order matters: the planner's choice between unordered targets depends on it.
/// </summary>
internal static class TargetDiscovery
{
    public static IReadOnlyList<ExecutableTarget> Find(NukeBuild build)
    {
        var targets = Members(build.GetType())
            .Select(property => new ExecutableTarget
            {
                Member = property,
                Name = ShortName(property),
                Factory = (Delegate)property.GetValue(build)
            })
            .ToList();

        TargetRelations.Define(build, targets);
        return targets;
    }

    /// <summary>The name that people use: without the interface of an explicit implementation.</summary>
    public static string ShortName(MemberInfo member) => member.Name[(member.Name.LastIndexOf('.') + 1)..];

    private static List<PropertyInfo> Members(Type buildType)
    {
        var members = ClassMembers(buildType);
        var ofComponents = buildType.GetInterfaces()
            .SelectMany(component => component.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => IsTarget(property) && !property.Name.Contains('.'))
            .Where(property => !members.Any(member => Implements(member, property)))
            .ToList();

        foreach (var sameName in members.Concat(ofComponents).GroupBy(ShortName))
        {
            if (sameName.Count() > 1)
                throw Ambiguous(sameName);
        }

        members.AddRange(ofComponents);
        return members;
    }

    private static List<PropertyInfo> ClassMembers(Type buildType)
    {
        const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var members = new List<PropertyInfo>();
        for (var type = buildType; type != typeof(NukeBuild); type = type.BaseType)
        {
            foreach (var property in type.GetProperties(declared))
            {
                if (IsTarget(property) && !members.Any(member => member.Name == property.Name))
                    members.Add(property);
            }
        }

        return members;
    }

    private static bool IsTarget(PropertyInfo property) =>
        property.PropertyType == typeof(Target) || property.PropertyType == typeof(Setup) || property.PropertyType == typeof(Cleanup);

    private static bool Implements(PropertyInfo member, PropertyInfo ofComponent)
    {
        if (member.Name == ofComponent.Name)
            return member.GetMethod.IsPublic && member.GetMethod.IsVirtual;
        return member.Name == $"{ofComponent.DeclaringType.FullName?.Replace('+', '.')}.{ofComponent.Name}";
    }

    private static BuildRefusal Ambiguous(IGrouping<string, PropertyInfo> sameName) =>
        new($"Property '{sameName.Key}' must be implemented explicitly because it is inherited from multiple interfaces:\n"
            + string.Join('\n', sameName.Select(property => $" - {property.DeclaringType.Name}")));
}
