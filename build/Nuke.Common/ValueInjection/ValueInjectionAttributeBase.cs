using System.Reflection;
using Serilog;

namespace Nuke.Common.ValueInjection;

/// <summary>Gives a member of a build its value.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public abstract class ValueInjectionAttributeBase : Attribute
{
    public INukeBuild Build { get; internal set; }

    /// <summary>Members with a higher priority get their values first.</summary>
    public virtual int Priority => 0;

    /// <summary>Whether a failure leaves the member empty without a word.</summary>
    public virtual bool SuppressWarnings => false;

    /// <summary>
    /// The value, or null with a warning when there is none to be had. For parameters a failure is an error instead: a value
    /// was given, and building without it would build something else.
    /// </summary>
    public object TryGetValue(MemberInfo member, object instance)
    {
        try
        {
            return GetValue(member, instance);
        }
        catch (Exception exception) when (this is not ParameterAttribute)
        {
            if (!SuppressWarnings)
                Warn(member, exception);
            return null;
        }
    }

    public abstract object GetValue(MemberInfo member, object instance);

    private static void Warn(MemberInfo member, Exception exception) =>
        Log.Warning("Could not inject value for {Type:l}.{Member:l}: {Reason:l}", member.DeclaringType?.Name, member.Name, exception.Message);

    /// <summary>The value of another member of the same instance.</summary>
    protected T GetMemberValue<T>(string memberName, object instance)
    {
        const BindingFlags any =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;
        var member = instance.GetType().GetMember(memberName, MemberTypes.Field | MemberTypes.Property | MemberTypes.Method, any).FirstOrDefault();
        var value = member switch
        {
            MethodInfo method => method.Invoke(instance, null),
            null => throw new ArgumentException($"'{instance.GetType().Name}' has no member '{memberName}'"),
            _ => MemberOf.Value(member, instance)
        };
        return (T)value;
    }

    /// <summary>As <see cref="GetMemberValue{T}"/>; the default when no name is given.</summary>
    protected T GetMemberValueOrNull<T>(string memberName, object instance) =>
        memberName == null ? default : GetMemberValue<T>(memberName, instance);
}
