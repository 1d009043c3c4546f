using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>An object whose names are free within a format.</summary>
internal sealed class MapShape(TextFormat keys, Shape value) : Shape
{
    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Kind != JsonValueKind.Object)
        {
            mistakes.Add(place, $"{place.Shown} is not an object");
            return;
        }

        var seen = new Dictionary<string, int>();
        foreach (var member in place.Members)
        {
            if (!keys.Takes(member.Name))
                mistakes.Add(member.Line, member.Value.Path, $"{JsonPlace.Show(member.Name)} is not {keys.What}");
            if (!seen.TryAdd(member.Name, member.Line))
                mistakes.Add(member.Line, member.Value.Path, $"appears twice; first in line {seen[member.Name]}");
            if (member.Value.IsNull)
                mistakes.Add(member.Value, "null; leave the name out instead");
            else
                value.Check(member.Value, mistakes);
        }
    }

    public override JsonObject ToSchema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = $"^(?:{keys.Pattern})$" },
        ["additionalProperties"] = value.ToSchema(),
    };
}
