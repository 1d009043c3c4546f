using System.Text.Json;
using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>Turns a JSON value into the type of a member: lists are arrays, scalars are converted like text, objects are deserialized.</summary>
internal static class ParameterJson
{
    public static object Convert(JsonElement element, Type type, AbsolutePath rootDirectory)
    {
        var elementType = CollectionType.ElementOf(type);
        if (elementType != null)
        {
            return element.ValueKind == JsonValueKind.Array
                ? CollectionType.Create(type, elementType, [.. element.EnumerateArray().Select(item => Convert(item, elementType, rootDirectory))])
                : throw new FormatException("expects an array");
        }

        return element.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => ValueConverter.Single(element.GetString(), type, rootDirectory),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => ValueConverter.Single(element.GetRawText(), type, rootDirectory),
            JsonValueKind.Array => throw new FormatException("takes one value, not an array"),
            _ => Deserialize(element, type)
        };
    }

    private static object Deserialize(JsonElement element, Type type)
    {
        try
        {
            return element.Deserialize(type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new FormatException($"does not have the shape of {type.Name}");
        }
    }
}
