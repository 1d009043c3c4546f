using System.Reflection;

namespace Nuke.Common.Tooling;

/// <summary>Reads <see cref="EnumValueAttribute"/>.</summary>
public static class EnumerationExtensions
{
    /// <summary>The text of an enum member: its attribute's, else its name.</summary>
    public static string GetValue<T>(this T value) where T : Enum
    {
        var name = value.ToString();
        return value.GetType().GetField(name)?.GetCustomAttribute<EnumValueAttribute>()?.Value ?? name;
    }
}
