using System.Text.Json;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>One statement as PostgreSQL's parser reads it.</summary>
/// <param name="Text">Its own text, without what stands before and after it.</param>
/// <param name="InBlock">It stands in a DO block, and may or may not be run.</param>
/// <param name="Dynamic">A DO block that also runs SQL which it puts together itself.</param>
internal sealed record SqlStatement(string Text, SyntaxNode Node, bool InBlock = false, bool Dynamic = false)
{
    /// <summary>Its first words on one line, for people.</summary>
    public string Short(int length = 100)
    {
        var line = string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }
}

/// <summary>What the parser makes of one text.</summary>
/// <param name="Error">Why it is no SQL; null: it is.</param>
internal sealed record ParsedSql(string Text, IReadOnlyList<SqlStatement> Statements, string? Error)
{
    /// <summary>From the answer of parse-sql.cjs to these texts.</summary>
    /// <exception cref="OperationException">It is no such answer.</exception>
    public static IReadOnlyList<ParsedSql> Read(IReadOnlyList<string> texts, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 });
            return [.. texts.Zip(document.RootElement.EnumerateArray(), Read)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new OperationException("The SQL parser's answer cannot be read", ExitCodes.Engine, e) { Seen = e.Message };
        }
    }

    private static ParsedSql Read(string text, JsonElement answer) => new(text,
        [.. answer.GetProperty("statements").EnumerateArray().Select(one => new SqlStatement(
            one.GetProperty("text").GetString()!, SyntaxNode.Of(one.GetProperty("node").Clone()), Is(one, "inBlock"), Is(one, "dynamic")))],
        answer.TryGetProperty("error", out var error) ? error.GetProperty("message").GetString() : null);

    private static bool Is(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
