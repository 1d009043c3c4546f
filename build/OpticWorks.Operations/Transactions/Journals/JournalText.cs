using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>
/// A journal as text: JSON lines, <c>{"seq":N,"at":MS,"token":N,"event":"…", …}</c>, ASCII. The host writes the first three fields, the
/// rest is the entry: event, step, text, result, by, header; those that are null are left out. MS are milliseconds since 1970.
/// </summary>
public static class JournalText
{
    /// <summary>The longest text that is kept of what a step said or how it failed, characters.</summary>
    public const int MaximumText = 2000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The entry's fields, without the opening brace: what a host appends after its own.</summary>
    public static string Fields(JournalEntry entry) =>
        JsonSerializer.Serialize(entry.Text is { Length: > MaximumText } text ? entry with { Text = text[..MaximumText] + "…" } : entry, Json)[1..];

    /// <summary>A whole line, without its newline.</summary>
    public static string Line(JournalLine line) =>
        $"{{\"seq\":{line.Sequence},\"at\":{line.At.ToUnixTimeMilliseconds()},\"token\":{line.Token},{Fields(line.Entry)}";

    /// <summary>Reads a journal. A last line that is torn (it has no newline, or is not JSON) was never acknowledged: whoever wrote it did not act
    /// on it, and it does not count.</summary>
    /// <param name="where">The file, for errors.</param>
    /// <exception cref="OperationException">Another line is damaged; says which (exit 6).</exception>
    public static IReadOnlyList<JournalLine> Parse(string text, string where)
    {
        var lines = new List<JournalLine>();
        var parts = text.Split('\n');
        for (var i = 0; i < parts.Length - 1; i++)
        {
            if (Read(parts[i]) is not { } line)
            {
                if (i == parts.Length - 2 && parts[^1].Length == 0)
                    break;
                throw Damaged(where, i + 1, "it is no journal line", parts[i]);
            }

            if (line.Sequence != i + 1)
                throw Damaged(where, i + 1, $"it has the number {line.Sequence}", parts[i]);
            lines.Add(line);
        }

        return lines;
    }

    internal static OperationException Damaged(string where, int line, string why, string seen) =>
        new($"The journal is damaged in line {line}: {why}", ExitCodes.FailedAndNotUndone)
        {
            Where = $"{where}:{line}",
            Seen = seen.Length > 200 ? seen[..200] : seen,
            Next = "./build.sh Health, then put right by hand what it shows",
        };

    private static JournalLine? Read(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject root)
                return null;
            var entry = root.Deserialize<JournalEntry>(Json);
            return entry is null
                || (entry.Event == JournalEvent.Begun) != (entry.Header is not null)
                || (entry.Event == JournalEvent.Finished) != (entry.Result is not null)
                ? null
                : new JournalLine(
                    (long)root["seq"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)root["at"]!), (long)root["token"]!, entry);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException
            or NullReferenceException or ArgumentOutOfRangeException or OverflowException)
        {
            return null;
        }
    }
}
