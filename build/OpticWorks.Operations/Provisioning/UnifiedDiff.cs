using System.Text;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The unified format of diff(1), for files of a few hundred lines.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Above this product of line counts only the number of lines is told.</summary>
    private const long MostCells = 4_000_000;

    /// <param name="old">Null: the file is new.</param>
    /// <returns>Empty when nothing differs.</returns>
    public static string Of(string? old, string wanted, string path)
    {
        if (old == wanted)
            return "";
        var before = Lines(old ?? "");
        var after = Lines(wanted);
        var text = new StringBuilder();
        text.Append("--- ").Append(old is null ? "/dev/null" : path).Append('\n').Append("+++ ").Append(path).Append('\n');
        if ((long)before.Length * after.Length > MostCells)
            return text.Append($"@@ {before.Length} lines before, {after.Length} lines after @@\n").ToString();
        foreach (var hunk in Hunks(Edits(before, after)))
            Write(text, hunk);
        return text.ToString();
    }

    /// <summary>The text without control characters that a terminal would obey.</summary>
    public static string Printable(string text) =>
        text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '\uFFFD' : c)) : text;

    private static bool IsControl(char c) => char.IsControl(c) && c != '\t';

    private readonly record struct Edit(char Sign, string Line, int Before, int After);

    /// <summary>A file that does not end in a line feed differs from one that does; diff(1) says so on a line of its own.</summary>
    private static string[] Lines(string text)
    {
        if (text.Length == 0)
            return [];
        var lines = text.Split('\n');
        return text.EndsWith('\n') ? lines[..^1] : [.. lines[..^1], lines[^1] + "\n\\ No newline at end of file"];
    }

    /// <summary>Longest common subsequence, by the textbook table.</summary>
    private static List<Edit> Edits(string[] before, string[] after)
    {
        var length = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                length[i, j] = before[i] == after[j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        }

        List<Edit> edits = [];
        int b = 0, a = 0;
        while (b < before.Length || a < after.Length)
        {
            if (b < before.Length && a < after.Length && before[b] == after[a])
                edits.Add(new Edit(' ', before[b], b++, a++));
            else if (b < before.Length && (a == after.Length || length[b + 1, a] >= length[b, a + 1]))
                edits.Add(new Edit('-', before[b], b++, a));
            else
                edits.Add(new Edit('+', after[a], b, a++));
        }

        return edits;
    }

    private static IEnumerable<List<Edit>> Hunks(List<Edit> edits)
    {
        var start = 0;
        while (edits.FindIndex(start, edit => edit.Sign != ' ') is >= 0 and var first)
        {
            var last = first;
            for (var next = first; next >= 0 && next - last <= 2 * Context; next = edits.FindIndex(next + 1, edit => edit.Sign != ' '))
                last = next;
            var from = Math.Max(start, first - Context);
            start = Math.Min(edits.Count, last + 1 + Context);
            yield return edits[from..start];
        }
    }

    private static void Write(StringBuilder text, List<Edit> hunk)
    {
        var removed = hunk.Count(edit => edit.Sign != '+');
        var added = hunk.Count(edit => edit.Sign != '-');
        // An empty range names the line before it.
        text.Append($"@@ -{hunk[0].Before + (removed == 0 ? 0 : 1)},{removed} +{hunk[0].After + (added == 0 ? 0 : 1)},{added} @@\n");
        foreach (var edit in hunk)
            text.Append(edit.Sign).Append(string.Join('\n', edit.Line.Split('\n').Select(Printable))).Append('\n');
    }
}
