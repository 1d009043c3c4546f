using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Environments;

/// <summary>How the model is written as JSON: camel case, durations such as "3m", secrets by reference.</summary>
internal static class EnvironmentJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new DurationConverter(),
            new SecretReferenceConverter(),
        },
    };

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Duration.TryParse(reader.GetString(), out var duration) ? duration : throw new JsonException("no duration");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Duration.Format(value));
    }

    private sealed class SecretReferenceConverter : JsonConverter<SecretReference>
    {
        public override SecretReference Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            SecretReference.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, SecretReference value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
