using System.Reflection;

namespace Nuke.Common.ValueInjection;

/// <summary>A member whose value the engine provides.</summary>
internal sealed record InjectedMember(MemberInfo Member, ValueInjectionAttributeBase Attribute)
{
    /// <summary>A plain parameter, which is known before anything else; derived attributes may need parameters.</summary>
    public bool IsPlainParameter => Attribute.GetType() == typeof(ParameterAttribute);

    public bool IsOfComponent => Member.DeclaringType is { IsInterface: true };

    public bool IsOnDemand => !IsPlainParameter
        && (Member.IsDefined(typeof(OnDemandAttribute)) || Member.DeclaringType.IsDefined(typeof(OnDemandValueInjectionAttribute)));

    public bool IsRequired => Member.IsDefined(typeof(RequiredAttribute));
}
