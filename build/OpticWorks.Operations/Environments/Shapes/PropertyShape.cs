using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>One property of an object: its name, meaning, shape and default.</summary>
/// <param name="Default">The model's value where the file says nothing; null when that is nothing.</param>
internal sealed record PropertyShape(string Name, SettingAttribute Setting, Shape Shape, bool Required, object? Default)
{
    /// <summary>Required whether or not an inventory gives the hosts.</summary>
    public bool IsAlwaysRequired => Required && !Setting.FromInventory;

    /// <summary>The mistake of its absence.</summary>
    public string Missing => $"missing; {Setting.Description}{(Setting.Example is null ? "" : $", for example {ExampleText}")}";

    public void Check(JsonMember member, Mistakes mistakes)
    {
        if (!member.Value.IsNull)
            Shape.Check(member.Value, mistakes);
        else if (IsAlwaysRequired)
            mistakes.Add(member.Line, member.Value.Path, Missing);
    }

    public JsonObject ToSchema()
    {
        var schema = new JsonObject { ["description"] = Setting.Description };
        foreach (var (name, value) in Shape.ToSchema().ToList())
            schema[name] = value?.DeepClone();
        if (!Required && Default is null)
            schema["type"] = new JsonArray((JsonNode?)schema["type"]!.DeepClone(), "null");
        if (!Required && Default is bool or int or double or string or TimeSpan or Enum)
            schema["default"] = JsonSerializer.SerializeToNode(Default, EnvironmentJson.Options);
        else if (Default is IReadOnlyList<int> { Count: > 0 })
            schema["default"] = JsonSerializer.SerializeToNode(Default, EnvironmentJson.Options);
        if (Setting.Example is not null)
            schema["examples"] = new JsonArray(Example);
        return schema;
    }

    private string ExampleText => Example.ToJsonString();

    private JsonNode Example => Shape switch
    {
        ListShape when Setting.Format == SettingFormat.Port => new JsonArray(int.Parse(Setting.Example!)),
        ListShape => new JsonArray(Setting.Example),
        MapShape => new JsonObject { [Setting.ExampleKey!] = Setting.Example },
        NumberShape => int.Parse(Setting.Example!),
        _ => JsonValue.Create(Setting.Example!),
    };
}
