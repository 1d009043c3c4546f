namespace Nuke.Common.Execution;

/// <summary>Finds what a mistyped name was meant to be, by the number of edits between them.</summary>
internal static class NearestName
{
    /// <summary>A closing question to append to an error, or nothing when no candidate is near.</summary>
    public static string Suggestion(string written, IEnumerable<string> candidates, Func<string, string> show = null)
    {
        var nearest = Find(written, candidates);
        return nearest == null ? string.Empty : $". Did you mean '{(show == null ? nearest : show(nearest))}'?";
    }

    /// <summary>
    /// The only candidate that begins as written, else the one with the fewest edits; null when even that one differs in more than a third of
    /// its letters.
    /// </summary>
    public static string Find(string written, IEnumerable<string> candidates)
    {
        var name = Normalize(written);
        var all = candidates.ToList();
        var begun = all.Where(candidate => name.Length > 1 && Normalize(candidate).StartsWith(name, StringComparison.Ordinal)).ToList();
        if (begun is [var only])
            return only;
        var best = all
            .Select(candidate => (Candidate: candidate, Distance: Edits(name, Normalize(candidate))))
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault();
        return best.Candidate != null && best.Distance <= Math.Max(1, Math.Max(name.Length, best.Candidate.Length) / 3)
            ? best.Candidate
            : null;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    internal static int Edits(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var replace = rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replace, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }

    private static string Normalize(string name) => name.Replace("-", string.Empty).ToLowerInvariant();
}
