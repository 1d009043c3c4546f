using System.Text.Json;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>An OpenAPI 3.0 description as a judge of requests. Stricter than the standard in one thing: a property that is not described is refused, because GitHub
/// would ignore it in silence.</summary>
internal sealed class ApiDescription(JsonElement root)
{
    /// <summary>What is wrong with a request; empty: nothing.</summary>
    /// <param name="path">With its query.</param>
    /// <param name="body">Null: none.</param>
    /// <param name="template">The path as it is described; empty: there is none.</param>
    public IReadOnlyList<string> Judge(string method, string path, string? body, out string template)
    {
        var (way, query) = path.Split('?', 2) is [var before, var after] ? (before, after) : (path, "");
        var found = root.GetProperty("paths").EnumerateObject()
            .Select(entry => (entry, values: Match(entry.Name, way)))
            .Where(one => one.values is not null && one.entry.Value.TryGetProperty(method.ToLowerInvariant(), out _))
            .OrderByDescending(one => one.entry.Name.Split('/').Count(word => !word.StartsWith('{')))
            .FirstOrDefault();
        template = found.values is null ? "" : found.entry.Name;
        if (found.values is null)
            return [$"{method} {way} is not described"];
        var operation = found.entry.Value.GetProperty(method.ToLowerInvariant());
        return [.. Parameters(operation, found.values, query), .. Body(operation, body)];
    }

    /// <summary>An example of an operation's answer, as GitHub publishes it.</summary>
    public string Example(string name) => root.GetProperty("components").GetProperty("examples").GetProperty(name).GetProperty("value").GetRawText();

    private IEnumerable<string> Parameters(JsonElement operation, Dictionary<string, string> values, string query)
    {
        var described = operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(Resolve).ToArray() : [];
        foreach (var (name, value) in values)
        {
            if (described.FirstOrDefault(one => one.GetProperty("name").GetString() == name && one.GetProperty("in").GetString() == "path") is { ValueKind: JsonValueKind.Object } parameter
                && Type(parameter) == "integer" && !long.TryParse(value, out _))
                yield return $"{name}: \"{value}\" is no integer";
        }

        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var key, var text] ? (key, Uri.UnescapeDataString(text)) : (pair, "");
            if (described.FirstOrDefault(one => one.GetProperty("name").GetString() == name && one.GetProperty("in").GetString() == "query") is not { ValueKind: JsonValueKind.Object } parameter)
                yield return $"{name} is no parameter of this operation";
            else if (Type(parameter) == "integer" && !long.TryParse(value, out _))
                yield return $"{name}: \"{value}\" is no integer";
            else if (name == "per_page" && int.Parse(value) > 100)
                yield return "per_page: at most 100";
        }

        string? Type(JsonElement parameter) => Resolve(parameter.GetProperty("schema")).TryGetProperty("type", out var type) ? type.GetString() : null;
    }

    private IEnumerable<string> Body(JsonElement operation, string? body)
    {
        if (!operation.TryGetProperty("requestBody", out var wanted))
            return body is null ? [] : ["a body where none is described"];
        if (body is null)
            return wanted.TryGetProperty("required", out var required) && required.GetBoolean() ? ["the body is missing"] : [];
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. Value("body", document.RootElement, wanted.GetProperty("content").GetProperty("application/json").GetProperty("schema"))];
        }
        catch (JsonException e)
        {
            return [$"the body is no JSON: {e.Message}"];
        }
    }

    private IEnumerable<string> Value(string place, JsonElement value, JsonElement reference)
    {
        var schema = Resolve(reference);
        foreach (var word in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(word, out var choices) && !choices.EnumerateArray().Any(choice => !Value(place, value, choice).Any()))
                return [$"{place}: fits none of its forms"];
        }

        if (value.ValueKind == JsonValueKind.Null)
            return schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean() ? [] : [$"{place}: null"];
        var type = schema.TryGetProperty("type", out var named) ? named.GetString() : null;
        if (type is not null && !Is(value, type))
            return [$"{place}: {value.ValueKind} where {type} is described"];
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
            return [$"{place}: {value.GetRawText()} is none of {words.GetRawText()}"];
        return type switch
        {
            "object" => Object(place, value, schema),
            "array" when schema.TryGetProperty("items", out var items) => value.EnumerateArray().SelectMany((item, i) => Value($"{place}[{i}]", item, items)),
            _ => [],
        };
    }

    private IEnumerable<string> Object(string place, JsonElement value, JsonElement schema)
    {
        var properties = schema.TryGetProperty("properties", out var described) ? described : default;
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(one => one.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
                yield return $"{place}.{name} is missing";
        }

        foreach (var property in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out var wanted))
            {
                foreach (var problem in Value($"{place}.{property.Name}", property.Value, wanted))
                    yield return problem;
            }
            else if (!(schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind != JsonValueKind.False))
            {
                yield return $"{place}.{property.Name} is not described";
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(root, (place, name) => place.GetProperty(name));
        return schema;
    }

    private static Dictionary<string, string>? Match(string template, string path)
    {
        var (wanted, there) = (template.Split('/'), path.Split('/'));
        if (wanted.Length != there.Length)
            return null;
        var values = new Dictionary<string, string>();
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i].StartsWith('{') && there[i].Length > 0)
                values[wanted[i].Trim('{', '}')] = Uri.UnescapeDataString(there[i]);
            else if (wanted[i] != there[i])
                return null;
        }

        return values;
    }
}
