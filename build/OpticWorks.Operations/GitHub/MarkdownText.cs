namespace OpticWorks.Operations.GitHub;

/// <summary>Text that others wrote, inside GitHub's Markdown.</summary>
public static class MarkdownText
{
    private const string Marks = "\\`*_{}[]()#+-.!|<>~&";

    /// <summary>On one line, meaning itself; names nobody, so that nobody is written to (@).</summary>
    public static string Of(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(c => Marks.Contains(c) ? $"\\{c}" : c == '@' ? "@\u200b" : c.ToString()));

    /// <summary>Lines as they are, in a fence that they cannot end.</summary>
    public static string Block(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{fence}text\n{text.TrimEnd('\n')}\n{fence}\n";
    }
}
