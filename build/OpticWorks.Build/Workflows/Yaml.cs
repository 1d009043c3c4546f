using Nuke.Common.Utilities;

namespace OpticWorks.Build.Workflows;

/// <summary>Values of YAML 1.2 in block style, as GitHub reads them.</summary>
internal static class Yaml
{
    /// <summary>A value on one line: plain where that means the text itself, else in single quotes, which only double themselves.</summary>
    public static string Value(string text) => IsPlain(text) ? text : $"'{text.Replace("'", "''")}'";

    /// <summary>A list on one line.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(Value))}]";

    public static void Map(this CustomFileWriter writer, string key, IEnumerable<KeyValuePair<string, string>> entries)
    {
        writer.WriteLine($"{key}:");
        using (writer.Indent())
        {
            foreach (var (name, value) in entries)
                writer.WriteLine($"{name}: {Value(value)}");
        }
    }

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '.' or '$' && text.StartsWith("${{", StringComparison.Ordinal))
        && text.All(c => c is >= ' ' and <= '~')
        && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && !text.EndsWith(':') && !text.EndsWith(' ')
        && (text.StartsWith("${{", StringComparison.Ordinal) || !text.Any(c => "[]{},&*!|>%@`\"'".Contains(c)));
}
