using System.Globalization;
using System.Text.Json;

namespace OpticWorks.Operations.Health;

/// <summary>One answer over HTTP.</summary>
/// <param name="Status">The status code; 0: there was no answer, and <paramref name="Body"/> says why.</param>
/// <param name="Body">At most <see cref="MostBytes"/> of it.</param>
/// <param name="Milliseconds">From the beginning of the request to the end of the answer.</param>
public sealed record HttpLook(int Status, string Body, int Milliseconds)
{
    /// <summary>More of a body than this is cut off.</summary>
    public const int MostBytes = 600;

    public bool IsWell => Status == 200;

    /// <summary>"connected" or another word of the store's health body; null when the body does not say.</summary>
    public string? Database => Word("database");

    /// <inheritdoc cref="Database"/>
    public string? Redis => Word("redis");

    /// <summary>The release that the answering process says it is; null when the body does not say.</summary>
    public string? Release => Word("release");

    /// <summary>As a table shows it.</summary>
    public override string ToString() =>
        Status == 0 ? "no answer" : string.Create(CultureInfo.InvariantCulture, $"{Status} in {Milliseconds} ms");

    /// <summary>The same and the body, on one line.</summary>
    public string Explain() =>
        Status == 0
            ? $"did not answer: {OneLine(Body)}"
            : string.Create(CultureInfo.InvariantCulture, $"answered {Status} after {Milliseconds} ms{(Body.Length == 0 ? "" : $": {OneLine(Body)}")}");

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string? Word(string name)
    {
        if (Status == 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String
                ? word.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null; // Not every store's health is JSON.
        }
    }
}
