namespace Nuke.Common.Tests.Api;

/// <summary>Types as C# writes them, without namespaces.</summary>
internal static class CSharpName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte"
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType());
        if (type.IsArray)
            return $"{Of(type.GetElementType())}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Of(underlying)}?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true || type.Name.StartsWith("ValueTuple`"))
            return $"({Arguments(type)})";
        return type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{Arguments(type)}>" : type.Name;
    }

    private static string Arguments(Type type) => string.Join(", ", type.GetGenericArguments().Select(Of));
}
