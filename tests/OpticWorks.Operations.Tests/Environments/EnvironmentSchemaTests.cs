using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class EnvironmentSchemaTests
{
    private static readonly JsonDocumentOptions Relaxed = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void The_checked_in_schema_is_the_rendered_one()
    {
        var path = Path.Combine(EnvironmentFolder.Repository(), EnvironmentSchema.File);
        if (Environment.GetEnvironmentVariable("RENDER_ENVIRONMENT_SCHEMA") == "1")
            File.WriteAllText(path, EnvironmentSchema.Render());

        File.ReadAllText(path).ShouldBe(EnvironmentSchema.Render(),
            "the model changed: run this test once with RENDER_ENVIRONMENT_SCHEMA=1 and commit the schema");
    }

    [Theory]
    [InlineData("local")]
    [InlineData("staging")]
    [InlineData("production")]
    public void The_checked_in_environments_satisfy_the_schema(string name)
    {
        var text = File.ReadAllText(Path.Combine(EnvironmentFolder.Repository(), $".nuke/environments/{name}.json"));

        Violations(JsonNode.Parse(EnvironmentSchema.Render())!, JsonNode.Parse(text, null, Relaxed), "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"dwell\": \"3m\"", "\"dwel\": \"3m\"", "/canary/dwel is unknown")]
    [InlineData("\"port\": 22", "\"port\": 0", "/hosts/0/port below minimum")]
    [InlineData("\"dwell\": \"3m\"", "\"dwell\": \"3 m\"", "/canary/dwell does not match")]
    [InlineData("\"mode\": \"test\"", "\"mode\": \"x\"", "/stripe/mode is no choice")]
    [InlineData("\"backend\": \"medusa\"", "\"port\": 80", "/balancer lacks backend")]
    [InlineData("\"stripe\":", "\"inventory\": \"x.yml\", \"stripe\":", "/hosts is forbidden")]
    [InlineData("\"host\": { \"name\": \"lb\", \"address\": \"10.0.2.10\" },", "", "/balancer lacks host")]
    public void The_schema_finds_what_it_can_say(string valid, string broken, string violation)
    {
        var text = EnvironmentFolder.Valid.Replace(valid, broken);

        Violations(JsonNode.Parse(EnvironmentSchema.Render())!, JsonNode.Parse(text), "").ShouldContain(violation);
    }

    [Fact]
    public void Every_setting_of_the_model_is_described_once()
    {
        var types = typeof(StoreEnvironment).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(StoreEnvironment).Namespace && type.GetProperties().Any(IsSetting)).ToList();

        types.Count.ShouldBe(17);
        types.SelectMany(type => type.GetProperties())
            .Where(property => property.SetMethod is not null && !IsSetting(property))
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}")
            .ShouldBeEmpty();

        static bool IsSetting(PropertyInfo property) => property.GetCustomAttribute<SettingAttribute>() is not null;
    }

    /// <summary>As much of draft 7 as the schema uses.</summary>
    private static IEnumerable<string> Violations(JsonNode schema, JsonNode? value, string path)
    {
        if (schema is JsonValue always)
        {
            return always.GetValue<bool>() ? [] : [$"{path} is forbidden"];
        }

        var found = new List<string>();
        var kind = value?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "boolean",
        };
        if (schema["type"] is { } type)
        {
            var types = type is JsonArray many ? many.Select(one => one!.ToString()) : [type.ToString()];
            if (!types.Select(one => one == "integer" ? "number" : one).Contains(kind))
                return [$"{path} is no {type}"];
        }

        if (value is JsonValue && schema["pattern"] is { } pattern && !Regex.IsMatch(value.ToString(), pattern.ToString()))
            found.Add($"{path} does not match");
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => choice!.ToString() == value?.ToString()))
            found.Add($"{path} is no choice");
        if (kind == "number" && schema["minimum"]?.GetValue<double>() > value!.GetValue<double>())
            found.Add($"{path} below minimum");
        if (kind == "number" && schema["maximum"]?.GetValue<double>() < value!.GetValue<double>())
            found.Add($"{path} above maximum");
        if (value is JsonArray items)
        {
            if (schema["minItems"]?.GetValue<int>() > items.Count)
                found.Add($"{path} too few");
            if (schema["items"] is { } each)
                found.AddRange(items.SelectMany((item, index) => Violations(each, item, $"{path}/{index}")));
        }

        if (value is JsonObject members)
        {
            found.AddRange((schema["required"] as JsonArray ?? []).Where(name => !members.ContainsKey(name!.ToString())).Select(name => $"{path} lacks {name}"));
            foreach (var (name, member) in members)
            {
                if (schema["propertyNames"]?["pattern"] is { } names && !Regex.IsMatch(name, names.ToString()))
                    found.Add($"{path}/{name} is no name");
                if (schema["properties"]?[name] is { } known)
                    found.AddRange(Violations(known, member, $"{path}/{name}"));
                else if (schema["additionalProperties"] is JsonValue)
                    found.Add($"{path}/{name} is unknown");
                else if (schema["additionalProperties"] is { } additional)
                    found.AddRange(Violations(additional, member, $"{path}/{name}"));
            }
        }

        if (schema["if"] is { } condition)
            found.AddRange(Violations(schema[Violations(condition, value, path).Any() ? "else" : "then"]!, value, path));
        return found;
    }
}
