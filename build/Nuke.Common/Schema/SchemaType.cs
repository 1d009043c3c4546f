using System.Text.Json.Nodes;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Schema;

/// <summary>What JSON schema calls the types of parameters.</summary>
internal static class SchemaType
{
    public static JsonObject Of(Type type, JsonObject definitions)
    {
        if (CollectionType.ElementOf(type) is { } element)
            return ArrayOf(Of(element, definitions));
        var underlying = Nullable.GetUnderlyingType(type);
        return underlying == null ? OfValue(type, definitions) : WithNull(OfValue(underlying, definitions));
    }

    public static JsonObject OfNames(Type type, IEnumerable<string> names)
    {
        var values = new JsonObject { ["type"] = "string", ["enum"] = Array(names) };
        return CollectionType.ElementOf(type) == null ? values : ArrayOf(values);
    }

    public static JsonObject ArrayOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    public static JsonArray Array(IEnumerable<string> values) => [.. values.Select(value => JsonValue.Create(value))];

    private static JsonObject OfValue(Type type, JsonObject definitions)
    {
        if (type.IsEnum)
        {
            definitions[type.Name] = new JsonObject { ["type"] = "string", ["description"] = string.Empty, ["enum"] = Array(Enum.GetNames(type)) };
            return new JsonObject { ["$ref"] = $"#/definitions/{type.Name}" };
        }

        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = "string", ["format"] = "duration" };
        if (type == typeof(double) || type == typeof(float) || type == typeof(decimal))
            return new JsonObject { ["type"] = "number", ["format"] = type.Name.ToLowerInvariant() };
        return type.IsPrimitive
            ? new JsonObject { ["type"] = "integer", ["format"] = type.Name.ToLowerInvariant() }
            : new JsonObject { ["type"] = "string" };
    }

    private static JsonObject WithNull(JsonObject schema)
    {
        // The order of the names is alphabetical in both cases.
        var type = schema["type"]?.GetValue<string>() ?? "string";
        schema.Remove("type");
        schema.Insert(0, "type", Array(new[] { type, "null" }.Order(StringComparer.Ordinal)));
        return schema;
    }
}
