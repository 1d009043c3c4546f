using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>The JSON Schema (draft 7, which editors know best) of environment files, made from the model.</summary>
public static class EnvironmentSchema
{
    /// <summary>Where it is kept, relative to the root of the build.</summary>
    public const string File = ".nuke/environment.schema.json";

    /// <summary>The text of <see cref="File"/>.</summary>
    public static string Render()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "An environment of the store",
            ["description"] = "Generated from the model in build/OpticWorks.Operations/Environments; do not edit. "
                + "A text may hold ${local:KEY} in the environment with \"local\": true.",
        };
        foreach (var (name, value) in ObjectShape.Of(typeof(StoreEnvironment)).ToSchema().ToList())
            schema[name] = value?.DeepClone();

        // Hosts come from the file or from an inventory, never from both.
        schema["if"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["inventory"] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray("inventory"),
        };
        schema["then"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["hosts"] = false, ["balancer"] = Without("host"), ["database"] = Without("host") },
        };
        schema["else"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["balancer"] = With("host"), ["database"] = With("host") },
            ["required"] = new JsonArray("hosts"),
        };
        return schema.ToJsonString(EnvironmentJson.Options) + "\n";
    }

    private static JsonObject Without(string name) => new() { ["properties"] = new JsonObject { [name] = false } };

    private static JsonObject With(string name) => new() { ["required"] = new JsonArray(name) };
}
