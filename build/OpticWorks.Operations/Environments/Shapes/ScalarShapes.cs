using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

internal sealed class BooleanShape : Shape
{
    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Kind is not (JsonValueKind.True or JsonValueKind.False))
            mistakes.Add(place, $"{place.Shown} is not true or false");
    }

    public override JsonObject ToSchema() => new() { ["type"] = "boolean" };
}

/// <summary>A number within bounds, both included.</summary>
internal sealed class NumberShape(double minimum, double maximum, bool whole) : Shape
{
    public static NumberShape Port { get; } = new(1, 65535, whole: true) { Noun = "a port" };

    private string Noun { get; init; } = whole ? "a whole number" : "a number";

    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Kind != JsonValueKind.Number || !IsWithin(place.Raw))
            mistakes.Add(place, $"{place.Shown} is not {Noun} ({Text(minimum)}-{Text(maximum)})");
    }

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = whole ? "integer" : "number" };
        schema["minimum"] = whole ? (int)minimum : minimum;
        schema["maximum"] = whole ? (int)maximum : maximum;
        return schema;
    }

    private bool IsWithin(string raw) =>
        whole
            ? int.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
                && count >= minimum && count <= maximum
            : double.TryParse(raw, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum;

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>One of an enumeration's names, in camel case.</summary>
internal sealed class ChoiceShape(Type type) : Shape
{
    private readonly string[] _names = [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Unresolved || (place.Kind == JsonValueKind.String && _names.Contains(place.Raw)))
            return;
        var choices = string.Join(", ", _names.Select(name => $"\"{name}\""));
        mistakes.Add(place, $"{place.Shown} is none of {choices}");
    }

    public override JsonObject ToSchema() =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. _names.Select(name => (JsonNode?)name)]) };
}

internal sealed class TextShape(TextFormat format) : Shape
{
    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Unresolved || (place.Kind == JsonValueKind.String && format.Takes(place.Raw)))
            return;
        // A URL with a user name and password in it must not be repeated.
        var shown = place.Kind == JsonValueKind.String && place.Raw.Contains('@')
            ? "the text (not shown, it may hold a password)"
            : place.Shown;
        mistakes.Add(place, $"{shown} is not {format.What}");
    }

    public override JsonObject ToSchema() => new() { ["type"] = "string", ["pattern"] = SchemaPattern(format) };

    /// <summary>A text with a placeholder is checked once it is filled.</summary>
    internal static string SchemaPattern(TextFormat format) => $"^(?:{format.Pattern})$|{LocalPlaceholder.Pattern}";
}

/// <summary>A secret reference. Its mistakes never repeat the text: it may be the secret itself.</summary>
internal sealed class SecretShape(bool publicText) : Shape
{
    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Unresolved)
            return;
        if (place.Kind != JsonValueKind.String)
            mistakes.Add(place, $"is not a secret reference; write {SecretReference.Forms(publicText)}");
        else if (!SecretReference.TryParse(place.Raw, publicText, out _, out var complaint))
            mistakes.Add(place, complaint);
    }

    public override JsonObject ToSchema() => new()
    {
        ["type"] = "string",
        ["pattern"] = TextShape.SchemaPattern(TextFormat.Of(publicText ? SettingFormat.SecretOrText : SettingFormat.Secret)),
    };
}
