using System.Reflection;

namespace Nuke.Common.ValueInjection;

internal static class MemberAssignment
{
    /// <summary>Sets a field, a settable property, or the storage of a get-only one; a computed property is left to compute itself.</summary>
    public static void Assign(object instance, MemberInfo member, object value)
    {
        if (member is FieldInfo field)
            field.SetValue(instance, value);
        else if (member is PropertyInfo { SetMethod: not null } property)
            property.SetValue(instance, value);
        else
            StorageOf(member)?.SetValue(instance, value);
    }

    private static FieldInfo StorageOf(MemberInfo property) =>
        property.DeclaringType.GetField(
            $"<{property.Name}>k__BackingField",
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic);
}
