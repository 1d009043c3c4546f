using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

internal sealed class ListShape(Shape item, int minimumItems, bool unique) : Shape
{
    public override void Check(JsonPlace place, Mistakes mistakes)
    {
        if (place.Kind != JsonValueKind.Array)
        {
            mistakes.Add(place, $"{place.Shown} is not a list");
            return;
        }

        if (place.Items.Count < minimumItems)
            mistakes.Add(place, $"needs at least {(minimumItems == 1 ? "one entry" : $"{minimumItems} entries")}");
        var seen = new HashSet<string>();
        foreach (var entry in place.Items)
        {
            item.Check(entry, mistakes);
            if (unique && !entry.Unresolved && !seen.Add(entry.Raw))
                mistakes.Add(entry, $"{entry.Shown} is listed twice");
        }
    }

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.ToSchema() };
        if (minimumItems > 0)
            schema["minItems"] = minimumItems;
        if (unique)
            schema["uniqueItems"] = true;
        return schema;
    }
}
