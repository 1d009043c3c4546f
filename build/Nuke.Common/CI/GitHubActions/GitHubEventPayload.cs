using System.Text.Json;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>What is read from the event that started the workflow.</summary>
internal sealed record GitHubEventPayload(int? Number, string Action)
{
    public static GitHubEventPayload Read(string path)
    {
        if (!File.Exists(path))
            return new GitHubEventPayload(Number: null, Action: null);
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        int? number = document.RootElement.TryGetProperty("number", out var value) ? value.GetInt32() : null;
        var action = document.RootElement.TryGetProperty("action", out var text) ? text.GetString() : null;
        return new GitHubEventPayload(number, action);
    }
}
