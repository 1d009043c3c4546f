using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>One way in which a secret may stand in a text: a sequence of units, each of which has several spellings. The value
/// itself has a unit a character, spelled plainly, URL-encoded, or escaped for JSON, HTML, SQL or a POSIX shell; so every mixture
/// that an encoder may choose is recognised. Its base64 has a unit a digit.</summary>
internal sealed class ScrubPattern
{
    private static readonly Spelling[] Padding = [new("="), new("%3D", ignoreCase: true), new("\\u003D", ignoreCase: true)];

    private readonly Spelling[][] _units;

    private ScrubPattern(string name, Spelling[][] units, bool isBase64)
    {
        Name = name;
        _units = units;
        IsBase64 = isBase64;
    }

    public string Name { get; }

    public bool IsBase64 { get; }

    /// <summary>The characters that a match can begin with.</summary>
    public IEnumerable<char> First => _units[0].Select(spelling => spelling.Text[0]);

    /// <summary>The value itself, in any escaping.</summary>
    public static ScrubPattern Plain(string name, string value) =>
        new(name, [.. value.EnumerateRunes().Select(rune => Spellings(rune).ToArray())], isBase64: false);

    /// <summary>
    /// Its base64, standard and URL-safe, wherever it begins within an encoded text: at each of the three alignments, the digits
    /// that depend on the value alone (RFC 4648, section 4). A digit that it shares with what stands before is left, which tells at
    /// most 4 bits of it; the one shared with what follows, and padding, go too.
    /// </summary>
    public static IEnumerable<ScrubPattern> Base64(string name, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var shared = before == 0 ? 0 : before + 1;
            var whole = (before + bytes.Length) * 8 / 6;
            var units = encoded[shared..whole].Select((digit, index) => DigitSpellings(digit, index > 0).ToArray());
            yield return new ScrubPattern(name, [.. units], isBase64: true);
        }
    }

    /// <summary>The end of the longest match that begins at <paramref name="start"/>, or -1.</summary>
    /// <param name="undecided">Whether more text could make a match, or a longer one.</param>
    public int Match(ReadOnlySpan<char> text, int start, out bool undecided)
    {
        undecided = false;
        List<int> ends = [start];
        foreach (var unit in _units)
        {
            var next = new List<int>(1);
            foreach (var position in ends)
            {
                foreach (var spelling in unit)
                {
                    var fit = spelling.Fit(text[position..]);
                    undecided |= fit == Fitting.Undecided;
                    if (fit == Fitting.Yes && !next.Contains(position + spelling.Text.Length))
                        next.Add(position + spelling.Text.Length);
                }
            }

            ends = next;
            if (ends.Count == 0)
                return -1;
        }

        var end = ends.Max();
        return IsBase64 ? EndOfBase64(text, end, ref undecided) : end;
    }

    /// <summary>Behind the digits: the one shared with what follows, then padding.</summary>
    private static int EndOfBase64(ReadOnlySpan<char> text, int end, ref bool undecided)
    {
        if (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || "+/-_".Contains(text[end])))
            end++;
        for (var count = 0; count < 2; count++)
        {
            foreach (var spelling in Padding)
            {
                var fit = spelling.Fit(text[end..]);
                undecided |= fit == Fitting.Undecided;
                if (fit != Fitting.Yes)
                    continue;
                end += spelling.Text.Length;
                break;
            }
        }

        return end;
    }

    private static IEnumerable<Spelling> Spellings(Rune rune)
    {
        var plain = rune.ToString();
        yield return new Spelling(plain);
        yield return new Spelling(string.Concat(Encoding.UTF8.GetBytes(plain).Select(b => $"%{b:X2}")), ignoreCase: true);
        yield return new Spelling(string.Concat(plain.Select(c => $"\\u{(int)c:X4}")), ignoreCase: true);
        string[] more = rune.Value switch
        {
            ' ' => ["+"],
            '"' => ["\\\"", "&quot;", "&#34;"],
            '\'' => ["\\'", "&#39;", "&#x27;", "''", "'\\''"],
            '\\' => ["\\\\"],
            '/' => ["\\/"],
            '&' => ["&amp;"],
            '<' => ["&lt;"],
            '>' => ["&gt;"],
            '\n' => ["\\n", "\r\n"],
            '\r' => ["\\r"],
            '\t' => ["\\t"],
            '\b' => ["\\b"],
            '\f' => ["\\f"],
            _ => [],
        };
        foreach (var text in more)
            yield return new Spelling(text);
    }

    private static IEnumerable<Spelling> DigitSpellings(char digit, bool mayWrap)
    {
        string[] spellings = digit switch
        {
            '+' => ["+", "-", "%2B", "%2b", "\\u002B", "\\u002b"],
            '/' => ["/", "_", "%2F", "%2f", "\\/"],
            _ => [digit.ToString()],
        };
        foreach (var text in spellings)
        {
            yield return new Spelling(text);
            if (!mayWrap)
                continue;
            // The base64 program breaks lines after 76 digits.
            yield return new Spelling("\n" + text);
            yield return new Spelling("\r\n" + text);
        }
    }

    private enum Fitting
    {
        No,
        Yes,
        Undecided,
    }

    private sealed class Spelling(string text, bool ignoreCase = false)
    {
        private readonly StringComparison _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

        public string Text { get; } = text;

        public Fitting Fit(ReadOnlySpan<char> rest)
        {
            if (rest.Length >= Text.Length)
                return rest.StartsWith(Text, _comparison) ? Fitting.Yes : Fitting.No;
            return Text.AsSpan().StartsWith(rest, _comparison) ? Fitting.Undecided : Fitting.No;
        }
    }
}
