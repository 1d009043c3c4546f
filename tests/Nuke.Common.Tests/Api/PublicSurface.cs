using System.Reflection;

namespace Nuke.Common.Tests.Api;

/// <summary>The public and protected members of types: <c>Type Name(ParameterTypes)</c>, or <c>Type Name</c> with the accessors.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type);
        if (typeof(Delegate).IsAssignableFrom(type))
            return [Signature(type.GetMethod("Invoke"), CSharpName.Of(type))];
        return [.. Methods(type), .. Properties(type), .. Fields(type)];
    }

    private static IEnumerable<string> Methods(Type type) =>
        type.GetMethods(Declared)
            .Where(method => IsVisible(method) && method.GetBaseDefinition() == method)
            .Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            .Select(method => Signature(method, NameOf(method)));

    private static IEnumerable<string> Properties(Type type) =>
        from property in type.GetProperties(Declared)
        let get = IsVisible(property.GetMethod) ? " get" : string.Empty
        let set = IsVisible(property.SetMethod) ? " set" : string.Empty
        where get.Length + set.Length > 0 && (property.GetMethod ?? property.SetMethod).GetBaseDefinition() == (property.GetMethod ?? property.SetMethod)
        select $"{CSharpName.Of(property.PropertyType)} {property.Name}{get}{set}";

    private static IEnumerable<string> Fields(Type type) =>
        type.GetFields(Declared)
            .Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
            .Select(field => $"{CSharpName.Of(field.FieldType)} {field.Name}");

    private static string NameOf(MethodInfo method) => method.Name switch
    {
        "op_Implicit" => "implicit operator",
        "op_Explicit" => "explicit operator",
        "op_Division" => "operator /",
        "op_Addition" => "operator +",
        "op_Equality" => "operator ==",
        "op_Inequality" => "operator !=",
        _ => method.IsGenericMethod
            ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(CSharpName.Of))}>"
            : method.Name
    };

    private static string Signature(MethodInfo method, string name)
    {
        var parameters = string.Join(", ", method.GetParameters().Select(parameter => CSharpName.Of(parameter.ParameterType)));
        return name.EndsWith(" operator", StringComparison.Ordinal)
            ? $"{name} {CSharpName.Of(method.ReturnType)}({parameters})"
            : $"{CSharpName.Of(method.ReturnType)} {name}({parameters})";
    }

    private static bool IsVisible(MethodInfo method) =>
        method != null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);
}
