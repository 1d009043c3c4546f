namespace Nuke.Common.ValueInjection;

/// <summary>The list types a parameter can have: arrays, their interfaces, and classes made from a sequence.</summary>
internal static class CollectionType
{
    /// <summary>The type of the elements; null when the type is no list.</summary>
    public static Type ElementOf(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        if (!type.IsGenericType || type.GetGenericArguments() is not [var element])
            return null;
        return typeof(IEnumerable<>).MakeGenericType(element).IsAssignableFrom(type) ? element : null;
    }

    public static object Create(Type type, Type elementType, object[] elements)
    {
        var array = Array.CreateInstance(elementType, elements.Length);
        Array.Copy(elements, array, elements.Length);
        return type.IsInstanceOfType(array) ? array : Activator.CreateInstance(type, array);
    }
}
