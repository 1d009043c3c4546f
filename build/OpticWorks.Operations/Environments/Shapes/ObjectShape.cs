using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>An object with the properties of one record of the model.</summary>
internal sealed class ObjectShape : Shape
{
    private static readonly ConcurrentDictionary<Type, ObjectShape> Known = new();

    private readonly bool _isRoot;

    private ObjectShape(Type type)
    {
        _isRoot = type == typeof(StoreEnvironment);
        // Runtime activation does not insist on required members, so an empty instance tells the defaults.
        var empty = Activator.CreateInstance(type)!;
        Properties =
        [
            .. type.GetProperties()
                // A derived record's inherited properties come first, as people write them.
                .OrderBy(property => property.DeclaringType == type ? 1 : 0)
                .Select(property => (property, setting: property.GetCustomAttribute<SettingAttribute>()))
                .Where(entry => entry.setting is not null)
                .Select(entry => new PropertyShape(
                    JsonNamingPolicy.CamelCase.ConvertName(entry.property.Name),
                    entry.setting!,
                    Of(entry.property.PropertyType, entry.setting!),
                    entry.property.IsDefined(typeof(RequiredMemberAttribute)),
                    entry.property.GetValue(empty))),
        ];
    }

    public IReadOnlyList<PropertyShape> Properties { get; }

    public static ObjectShape Of(Type type) => Known.GetOrAdd(type, known => new ObjectShape(known));

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
            if (!seen.TryAdd(member.Name, member.Line))
                mistakes.Add(member.Line, member.Value.Path, $"appears twice; first in line {seen[member.Name]}");
            if (_isRoot && member.Name == "$schema")
                continue;
            if (Properties.FirstOrDefault(property => property.Name == member.Name) is { } known)
                known.Check(member, mistakes);
            else
                mistakes.Add(member.Line, member.Value.Path, Unknown(member.Name, place));
        }

        foreach (var property in Properties.Where(property => property.IsAlwaysRequired && !seen.ContainsKey(property.Name)))
            mistakes.Add(place.Line, JsonPlaceReader.Join(place.Path, property.Name), property.Missing);
    }

    public override JsonObject ToSchema()
    {
        var required = Properties.Where(property => property.IsAlwaysRequired).Select(property => (JsonNode?)property.Name);
        var properties = new JsonObject();
        if (_isRoot)
            properties["$schema"] = new JsonObject { ["type"] = "string", ["description"] = "this schema, for editors" };
        foreach (var property in Properties)
            properties[property.Name] = property.ToSchema();
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required]),
            ["additionalProperties"] = false,
        };
    }

    private string Unknown(string name, JsonPlace place)
    {
        // A property that is already there is not what was meant.
        var free = Properties.Select(property => property.Name).Where(candidate => place[candidate] is null);
        if (Nearest.To(name, free) is { } meant)
            return $"is not a setting; did you mean \"{meant}\"?";
        return $"is not a setting; known here: {string.Join(", ", Properties.Select(property => property.Name))}";
    }
}
