using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>
/// Reads the definition that a member replaces. The getter is called without virtual dispatch, which would lead back to the override.
/// </summary>
internal static class InheritedDefinition
{
    public static Target OfComponent(NukeBuild build, PropertyInfo property) => (Target)Read(build, property);

    public static Delegate OfBaseClass(NukeBuild build, ExecutableTarget target)
    {
        var property = ((PropertyInfo)target.Member).DeclaringType.BaseType?.GetProperty(
            target.Member.Name,
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        return property == null
            ? throw new BuildRefusal($"Target '{target.Name}' has no base definition")
            : Read(build, property);
    }

    private static Delegate Read(NukeBuild build, PropertyInfo property)
    {
        var getter = property.GetMethod;
        if (getter.IsAbstract)
            throw new BuildRefusal($"Target '{property.Name}' of '{property.DeclaringType.Name}' has no definition to inherit");
        var type = typeof(Func<>).MakeGenericType(property.PropertyType);
        var read = (Delegate)Activator.CreateInstance(type, build, getter.MethodHandle.GetFunctionPointer());
        return (Delegate)read.DynamicInvoke();
    }
}
