using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>Splits the text of <c>command:…</c> into words. Blanks separate; '…' is verbatim; in "…" a backslash escapes " and \;
/// elsewhere it escapes any character. There is no shell: variables, wildcards, pipes and redirections do not exist, and a word
/// that asks for one is refused rather than handed to the program.</summary>
internal static class CommandWords
{
    public static bool TrySplit(string text, out IReadOnlyList<string> words, [NotNullWhen(false)] out string? complaint)
    {
        var found = new List<string>();
        words = found;
        complaint = null;
        StringBuilder? word = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '\t')
            {
                if (word is not null)
                    found.Add(word.ToString());
                word = null;
                continue;
            }

            word ??= new StringBuilder();
            if (c is '\'' or '"')
            {
                i = Quoted(text, i, word);
                if (i < 0)
                {
                    complaint = $"has a {(c == '"' ? "double" : "single")} quote that is never closed";
                    return false;
                }
            }
            else if (c == '\\')
            {
                if (++i == text.Length)
                {
                    complaint = "ends in a backslash";
                    return false;
                }

                word.Append(text[i]);
            }
            else if ("|&;<>`".Contains(c) || (c == '$' && i + 1 < text.Length && text[i + 1] is '(' or '{'))
            {
                complaint = $"needs a shell for \"{c}\", and commands run without one; put it into a script and name the script";
                return false;
            }
            else
            {
                word.Append(c);
            }
        }

        if (word is not null)
            found.Add(word.ToString());
        if (found.Count == 0 || found[0].Length == 0)
            complaint = "names no program";
        return complaint is null;
    }

    /// <summary>Appends what stands in quotes from <paramref name="open"/>; the index of the closing quote, or -1.</summary>
    private static int Quoted(string text, int open, StringBuilder word)
    {
        var quote = text[open];
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return i;
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\')
                i++;
            word.Append(text[i]);
        }

        return -1;
    }
}
