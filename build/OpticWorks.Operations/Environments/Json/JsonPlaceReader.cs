using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Environments;

/// <summary>Reads UTF-8 JSON with comments and trailing commas into <see cref="JsonPlace"/>s.</summary>
internal sealed partial class JsonPlaceReader
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _utf8;
    private readonly List<int> _lineStarts = [0];

    private JsonPlaceReader(byte[] utf8)
    {
        _utf8 = utf8;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\n')
                _lineStarts.Add(i + 1);
        }
    }

    /// <summary>The document's root, or the one mistake that keeps it from being read.</summary>
    public static (JsonPlace? Root, EnvironmentMistake? Mistake) Read(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return (null, new EnvironmentMistake(1, "", "the file is UTF-16; save it as UTF-8"));
        var reader = new JsonPlaceReader(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes);
        return reader.Read();
    }

    private (JsonPlace? Root, EnvironmentMistake? Mistake) Read()
    {
        try
        {
            Strict.GetCharCount(_utf8);
        }
        catch (DecoderFallbackException e)
        {
            return (null, new EnvironmentMistake(LineOf(e.Index), "", "a byte here is not UTF-8; save the file as UTF-8"));
        }

        if (_utf8.All(b => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            return (null, new EnvironmentMistake(1, "", "the file is empty"));

        var json = new Utf8JsonReader(_utf8, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = 32,
        });
        try
        {
            json.Read();
            var root = Value(ref json, "");
            json.Read();
            return (root, null);
        }
        catch (JsonException e)
        {
            return (null, Syntax(e));
        }
        catch (InvalidOperationException)
        {
            // A string such as "\ud800" is well-formed JSON but no text.
            return (null, new EnvironmentMistake(LineOf(json.TokenStartIndex), "", "a \\u escape here stands for no character"));
        }
    }

    private JsonPlace Value(ref Utf8JsonReader json, string path)
    {
        var line = LineOf(json.TokenStartIndex);
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return new JsonPlace(JsonValueKind.Object, line, path) { Members = Members(ref json, path) };
            case JsonTokenType.StartArray:
                return new JsonPlace(JsonValueKind.Array, line, path) { Items = Items(ref json, path) };
            case JsonTokenType.String:
                return new JsonPlace(JsonValueKind.String, line, path, json.GetString()!);
            case JsonTokenType.Number:
                return new JsonPlace(JsonValueKind.Number, line, path, Encoding.ASCII.GetString(json.ValueSpan));
            case JsonTokenType.True:
                return new JsonPlace(JsonValueKind.True, line, path);
            case JsonTokenType.False:
                return new JsonPlace(JsonValueKind.False, line, path);
            default:
                return new JsonPlace(JsonValueKind.Null, line, path);
        }
    }

    private List<JsonMember> Members(ref Utf8JsonReader json, string path)
    {
        var members = new List<JsonMember>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var line = LineOf(json.TokenStartIndex);
            var name = json.GetString()!;
            json.Read();
            members.Add(new JsonMember(name, line, Value(ref json, Join(path, name))));
        }

        return members;
    }

    private List<JsonPlace> Items(ref Utf8JsonReader json, string path)
    {
        var items = new List<JsonPlace>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            items.Add(Value(ref json, $"{path}[{items.Count}]"));
        return items;
    }

    /// <summary>The path of a member; a name that is no plain word is shown in quotes.</summary>
    public static string Join(string path, string name)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "_-$".Contains(c)))
            return $"{path}[{JsonPlace.Show(name)}]";
        var shown = name.Length > 60 ? name[..60] + "…" : name;
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    private int LineOf(long offset)
    {
        var index = _lineStarts.BinarySearch((int)offset);
        return index >= 0 ? index + 1 : ~index;
    }

    private EnvironmentMistake Syntax(JsonException error)
    {
        // The runtime counts lines from 0, and columns in bytes.
        var line = Math.Clamp((int)(error.LineNumber ?? 0), 0, _lineStarts.Count - 1);
        var start = _lineStarts[line];
        var bytes = (int)Math.Clamp(error.BytePositionInLine ?? 0, 0, _utf8.Length - start);
        var column = Encoding.UTF8.GetCharCount(_utf8, start, bytes) + 1;
        // The runtime quotes the rest of the file where a word is wrong, and a secret may stand there.
        var text = QuotedRest().Replace(error.Message.Split(" LineNumber:")[0].TrimEnd('.'), "what stands here is");
        return new EnvironmentMistake(line + 1, "", $"column {column}: {text}");
    }

    [GeneratedRegex(@"\A'(?!0x..').{2,}' is", RegexOptions.Singleline)]
    private static partial Regex QuotedRest();
}
