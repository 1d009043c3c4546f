using System.Reflection;

namespace Nuke.Common.ValueInjection;

/// <summary>A member with its <see cref="ParameterAttribute"/>.</summary>
internal sealed class Parameter(MemberInfo member, ParameterAttribute attribute)
{
    public MemberInfo Member { get; } = member;

    public ParameterAttribute Attribute { get; } = attribute;

    /// <summary>The full name: the prefix of the component, then the given name or the member's.</summary>
    public string Name { get; } = PrefixOf(member) + (attribute.Name ?? Execution.TargetDiscovery.ShortName(member));

    public Type Type { get; } = MemberOf.ValueType(member);

    public bool IsSecret { get; } = member.IsDefined(typeof(SecretAttribute));

    public char? Separator { get; } = attribute.Separator?[0];

    private static string PrefixOf(MemberInfo member) =>
        member.DeclaringType is { IsInterface: true } component
            ? component.GetCustomAttribute<ParameterPrefixAttribute>(inherit: false)?.Prefix
            : null;
}
