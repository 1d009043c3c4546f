using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpticWorks.Operations.Traffic.Maintenance;

/// <summary>
/// A maintenance as HAProxy knows it: a map file of two lines, "until SECONDS" (since 1970) and "answer BASE64". HAProxy compares the time at every request,
/// so it ends by itself, whatever became of everybody else.
/// </summary>
public sealed record MaintenanceState(DateTimeOffset Until, string Message)
{
    /// <summary>The longest maintenance: a shop that is forgotten is reopened.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public const string DefaultMessage = "The shop is being worked on and will be back soon.";

    private const int LongestMessage = 500;

    /// <exception cref="OperationException">It would be over already or last too long, or the message is too long (exit 2).</exception>
    public static MaintenanceState Of(DateTimeOffset now, DateTimeOffset until, string? message)
    {
        if (until <= now)
            throw OperationException.Configuration($"A maintenance until {until.ToLocalTime():yyyy-MM-dd HH:mm:ss} would be over already", "--until 30m");
        if (until - now > Longest)
            throw OperationException.Configuration($"A maintenance may last {Longest.TotalHours:0} h at most", "--until 4h, and again before it ends");
        var text = string.IsNullOrWhiteSpace(message) ? DefaultMessage : message.Trim();
        return text.Length <= LongestMessage
            ? new MaintenanceState(DateTimeOffset.FromUnixTimeSeconds(until.ToUnixTimeSeconds()), text)
            : throw OperationException.Configuration($"The message has {text.Length} characters; {LongestMessage} are taken");
    }

    /// <summary>What shoppers' programs get, as Medusa tells its own errors. ASCII without control characters: others HAProxy would write as %XX.</summary>
    public string Answer => JsonSerializer.Serialize(new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["type"] = "maintenance",
        ["message"] = Message,
        ["until"] = Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    });

    /// <summary>The map file's text.</summary>
    internal string Write() => string.Create(CultureInfo.InvariantCulture, $"answer {Encoded}\nuntil {Until.ToUnixTimeSeconds()}\n");

    internal string Encoded => Convert.ToBase64String(Encoding.UTF8.GetBytes(Answer));

    /// <summary>What HAProxy says that its map holds ("0x… KEY VALUE" a line); null: no maintenance is set.</summary>
    public static MaintenanceState? Read(string map)
    {
        var values = map.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 3).ToLookup(words => words[1], words => words[2]);
        if (!long.TryParse(values["until"].FirstOrDefault(), CultureInfo.InvariantCulture, out var seconds))
            return null;
        var message = "";
        try
        {
            var answer = JsonDocument.Parse(Convert.FromBase64String(values["answer"].FirstOrDefault() ?? ""));
            message = answer.RootElement.GetProperty("message").GetString() ?? "";
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException)
        {
            // The time counts; what is said is for people.
        }

        return new MaintenanceState(DateTimeOffset.FromUnixTimeSeconds(seconds), message);
    }
}
