using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Health;

/// <summary>One entry of an instance's log.</summary>
/// <param name="At">When its host's journal received it.</param>
/// <param name="Instance">host:port.</param>
/// <param name="Text">The message; may have several lines.</param>
public sealed partial record LogLine(DateTimeOffset At, string Instance, string Text)
{
    /// <summary>An entry as <c>journalctl -o json</c> writes it (systemd.io/JOURNAL_EXPORT_FORMATS); null: it is none, or not an instance's.</summary>
    /// <remarks>A message that holds control characters, such as colours, is an array of its bytes there.</remarks>
    public static LogLine? Read(string host, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object
                || !long.TryParse(Field(entry, "__REALTIME_TIMESTAMP"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
                // What systemd itself says of a unit carries its name in UNIT.
                || (Port(Field(entry, "_SYSTEMD_UNIT")) ?? Port(Field(entry, "UNIT"))) is not { } port)
            {
                return null;
            }

            return new LogLine(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), $"{host}:{port}", Field(entry, "MESSAGE") ?? "");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Lines as a terminal may have them: time, instance, text. Colours and everything else that steers a terminal are
    /// taken out, because a log holds what strangers sent.</summary>
    /// <param name="width">The column of instances.</param>
    /// <param name="scrub">Takes secrets out.</param>
    public IEnumerable<string> Print(int width, Func<string, string> scrub)
    {
        var time = At.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return PlainText.Of(scrub(Text)).TrimEnd('\n').Split('\n').Select(line => $"{time}  {Instance.PadRight(width)}  {line.TrimEnd()}".TrimEnd());
    }

    private static string? Port(string? unit) => unit is not null && Unit().Match(unit) is { Success: true } match ? match.Groups[1].Value : null;

    private static string? Field(JsonElement entry, string name) =>
        !entry.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array when value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Number && one.TryGetByte(out _)) =>
                Encoding.UTF8.GetString([.. value.EnumerateArray().Select(one => one.GetByte())]),
            _ => null,
        };

    [GeneratedRegex(@"\Amedusa@([0-9]{1,5})\.service\z")]
    private static partial Regex Unit();
}
