using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>A JSON value that knows where it stands. Unlike <see cref="JsonDocument"/> it keeps lines and duplicate names.</summary>
/// <param name="Raw">A string's value, or the text of a number.</param>
internal sealed record JsonPlace(JsonValueKind Kind, int Line, string Path, string Raw = "")
{
    public IReadOnlyList<JsonMember> Members { get; init; } = [];

    public IReadOnlyList<JsonPlace> Items { get; init; } = [];

    /// <summary>A string with a placeholder that nobody can fill; what it will be cannot be checked.</summary>
    public bool Unresolved { get; init; }

    public bool IsNull => Kind == JsonValueKind.Null;

    /// <summary>The member of that name; null when this is no object, has none, or has null there.</summary>
    public JsonPlace? this[string name] =>
        Members.FirstOrDefault(member => member.Name == name)?.Value is { IsNull: false } value ? value : null;

    /// <summary>The string here; null for everything else and for a text that is not known yet.</summary>
    public string? Text => Kind == JsonValueKind.String && !Unresolved ? Raw : null;

    /// <summary>The whole number here; null for everything else.</summary>
    public int? Number => Kind == JsonValueKind.Number && int.TryParse(Raw, out var number) ? number : null;

    /// <summary>For a mistake: short, on one line.</summary>
    public string Shown => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array when Items.All(item => item.Kind is not (JsonValueKind.Object or JsonValueKind.Array)) =>
            $"[{string.Join(", ", Items.Take(12).Select(item => item.Shown))}{(Items.Count > 12 ? ", …" : "")}]",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => Show(Raw),
        JsonValueKind.Number => Raw.Length > 40 ? Raw[..40] + "…" : Raw,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>A text in quotes, at most 60 characters of it, control characters replaced.</summary>
    public static string Show(string text)
    {
        var visible = new string(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\ufffd' : c).ToArray());
        return $"\"{visible}{(text.Length > 60 ? "…" : "")}\"";
    }

    /// <summary>The same document without nulls, for the deserializer: an explicit null means the default, like absence.</summary>
    public JsonNode ToNode() => Kind switch
    {
        JsonValueKind.Object => new JsonObject(Members.Where(member => !member.Value.IsNull)
            .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value.ToNode()))),
        JsonValueKind.Array => new JsonArray([.. Items.Select(item => item.ToNode())]),
        JsonValueKind.String => JsonValue.Create(Raw),
        JsonValueKind.Number => JsonNode.Parse(Raw)!,
        JsonValueKind.True => JsonValue.Create(true),
        JsonValueKind.False => JsonValue.Create(false),
        _ => throw new InvalidOperationException($"{Path} is null"),
    };
}

/// <param name="Line">Of the name.</param>
internal sealed record JsonMember(string Name, int Line, JsonPlace Value);
