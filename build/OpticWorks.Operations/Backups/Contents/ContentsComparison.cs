using System.Globalization;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Backups.Contents;

/// <summary>Compares a restored database with what the backup says.</summary>
internal static partial class ContentsComparison
{
    /// <summary>Every difference, in words; empty: none.</summary>
    public static IReadOnlyList<string> Differences(DatabaseContents expected, DatabaseContents found) =>
    [
        .. Tables(expected.Tables, found.Tables),
        .. Sequences(expected.Sequences, found.Sequences),
        .. Definitions(expected.Definitions, found.Definitions),
    ];

    private static IEnumerable<string> Tables(IReadOnlyList<TableContent> expected, IReadOnlyList<TableContent> found)
    {
        var restored = found.ToDictionary(table => table.Name);
        foreach (var table in expected)
        {
            if (!restored.Remove(table.Name, out var other))
                yield return $"table {table.Name} is missing";
            else if (other.Rows != table.Rows)
                yield return $"table {table.Name} has {Number(other.Rows)} rows, not {Number(table.Rows)}";
            else if (other.Digest != table.Digest)
                yield return $"table {table.Name} has the {Number(table.Rows)} rows, but at least one with another content";
        }

        foreach (var name in restored.Keys.Order(StringComparer.Ordinal))
            yield return $"table {name} is not in the backup";
    }

    private static IEnumerable<string> Sequences(IReadOnlyList<SequenceContent> expected, IReadOnlyList<SequenceContent> found)
    {
        var restored = found.ToDictionary(sequence => sequence.Name);
        foreach (var sequence in expected)
        {
            if (!restored.Remove(sequence.Name, out var other))
                yield return $"sequence {sequence.Name} is missing";
            else if (other.Least < sequence.Least)
                yield return $"sequence {sequence.Name} is behind: next is {Number(other.Least)}, not {Range(sequence)}";
            else if (other.Most > sequence.Most)
                yield return $"sequence {sequence.Name} is ahead: next is {Number(other.Most)}, not {Range(sequence)}";
        }

        foreach (var name in restored.Keys.Order(StringComparer.Ordinal))
            yield return $"sequence {name} is not in the backup";
    }

    private static IEnumerable<string> Definitions(IReadOnlyList<Definition> expected, IReadOnlyList<Definition> found)
    {
        var restored = found.ToLookup(definition => (definition.Kind, definition.Name), definition => Normal(definition.Text));
        var known = expected.ToLookup(definition => (definition.Kind, definition.Name), definition => definition.Text);
        foreach (var same in known)
        {
            var (kind, name) = same.Key;
            var others = restored[same.Key].Order(StringComparer.Ordinal).ToList();
            if (others.Count == 0)
                yield return $"{kind} {name} is missing";
            else if (!others.SequenceEqual(same.Select(Normal).Order(StringComparer.Ordinal)))
                yield return $"{kind} {name} is another: {string.Join("; ", others)}, not {string.Join("; ", same.Select(Normal))}";
        }

        foreach (var (kind, name) in restored.Select(same => same.Key).Where(key => !known.Contains(key)).Order())
            yield return $"{kind} {name} is not in the backup";
    }

    /// <summary>PostgreSQL prints an expression that it has read back with other brackets and casts than the first time; without them, white
    /// space and case of nothing, the texts are the same.</summary>
    internal static string Normal(string definition) => Spaces().Replace(Casts().Replace(definition, ""), " ").Trim();

    private static string Range(SequenceContent sequence) => sequence.Least == sequence.Most
        ? Number(sequence.Least) : $"{Number(sequence.Least)} to {Number(sequence.Most)}";

    private static string Number(decimal number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"::(?:character varying|double precision|timestamp with(?:out)? time zone|[a-z_][a-z0-9_.]*)(?:\(\d+(?:,\d+)?\))?(?:\[\])*|[()]")]
    private static partial Regex Casts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
