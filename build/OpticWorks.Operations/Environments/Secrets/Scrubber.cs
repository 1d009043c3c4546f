using System.Buffers;
using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>Replaces secrets in any text by <c>[secret:NAME]</c>: as they are, URL-encoded, escaped (JSON, HTML, SQL, shell) and
/// within base64. A value of several lines is also recognised a line at a time. Safe for use from several threads.</summary>
public sealed class Scrubber
{
    /// <summary>A shorter value would take ordinary words out of every text, so it is left alone.</summary>
    public const int MinimumLength = 6;

    private readonly Lock _adding = new();
    private volatile Known _known = new([]);

    /// <summary>Learns a value. False: it is shorter than <see cref="MinimumLength"/> and will not be hidden.</summary>
    /// <param name="name">What stands in its place, in brackets; empty: <c>[secret]</c>.</param>
    public bool Add(string name, string value)
    {
        if (value.Length < MinimumLength)
            return false;
        var lines = value.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= MinimumLength).Prepend(value).Distinct();
        var patterns = lines.SelectMany(text => ScrubPattern.Base64(name, text).Prepend(ScrubPattern.Plain(name, text)));
        lock (_adding)
            _known = new Known([.. _known.Patterns, .. patterns]);
        return true;
    }

    /// <summary>The text without secrets.</summary>
    public string Scrub(string text)
    {
        if (text.AsSpan().IndexOfAny(_known.First) < 0)
            return text;
        var result = new StringBuilder(text.Length);
        Scrub(text, shown: 0, isWhole: true, result, out _);
        return result.ToString();
    }

    /// <summary>Appends the text without secrets and returns how many characters of it are dealt with. All, if it is whole; else
    /// up to where a secret may have begun that only further text decides.</summary>
    /// <param name="shown">So many of the first characters are not appended once more.</param>
    /// <param name="isBase64">What may have begun is the base64 of a secret, and none that stands plainly.</param>
    internal int Scrub(ReadOnlySpan<char> text, int shown, bool isWhole, StringBuilder result, out bool isBase64)
    {
        var known = _known;
        isBase64 = false;
        var position = 0;
        while (true)
        {
            var next = text[position..].IndexOfAny(known.First);
            if (next < 0)
            {
                result.Append(text[Math.Max(position, shown)..]);
                return text.Length;
            }

            if (position + next > shown)
                result.Append(text[Math.Max(position, shown)..(position + next)]);
            position += next;
            var (end, name) = known.Longest(text, position, out var undecided, out isBase64);
            // What begins inside a match and ends behind it must not stay in part.
            for (var inside = position + 1; inside < end; inside++)
            {
                end = Math.Max(end, known.Longest(text, inside, out var undecidedInside, out _).End);
                undecided |= undecidedInside;
                isBase64 = false;
            }

            if (undecided && !isWhole)
                return position;
            if (end < 0)
            {
                if (position >= shown)
                    result.Append(text[position]);
                position++;
            }
            else
            {
                result.Append(name.Length == 0 ? "[secret]" : $"[secret:{name}]");
                position = end;
            }
        }
    }

    private sealed class Known
    {
        private readonly ILookup<char, ScrubPattern> _byFirst;

        public Known(ScrubPattern[] patterns)
        {
            Patterns = patterns;
            _byFirst = patterns.SelectMany(pattern => pattern.First.Distinct().Select(first => (first, pattern)))
                .ToLookup(entry => entry.first, entry => entry.pattern);
            First = SearchValues.Create([.. _byFirst.Select(group => group.Key)]);
        }

        public ScrubPattern[] Patterns { get; }

        public SearchValues<char> First { get; }

        /// <param name="undecided">More text could make a match, or a longer one.</param>
        /// <param name="isBase64">Of base64 only.</param>
        public (int End, string Name) Longest(ReadOnlySpan<char> text, int start, out bool undecided, out bool isBase64)
        {
            var (end, name) = (-1, "");
            undecided = false;
            isBase64 = true;
            foreach (var pattern in _byFirst[text[start]])
            {
                var match = pattern.Match(text, start, out var open);
                undecided |= open;
                isBase64 &= !open || pattern.IsBase64;
                if (match > end)
                    (end, name) = (match, pattern.Name);
            }

            return (end, name);
        }
    }
}
