using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Storefront.Uploads;

/// <summary>What wrangler wrote to WRANGLER_OUTPUT_FILE_PATH: a JSON object a line, each with a "type".</summary>
/// <param name="VersionId">Of "version-upload" or "deploy"; null: none was made.</param>
/// <param name="Worker">The Worker that it was made for.</param>
/// <param name="Failure">The message of "command-failed"; null: there is none.</param>
public sealed record WranglerOutput(string? VersionId, string? Worker, string? Failure)
{
    public static WranglerOutput Read(string text)
    {
        var found = new WranglerOutput(null, null, null);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is not { } record)
                continue;
            found = Text(record["type"]) switch
            {
                "version-upload" or "deploy" => found with { VersionId = Text(record["version_id"]), Worker = Text(record["worker_name"]) },
                "command-failed" => found with { Failure = Text(record["message"]) },
                _ => found,
            };
        }

        return found;
    }

    /// <summary>The last line of a program that was killed may be torn.</summary>
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
