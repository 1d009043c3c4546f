using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OpticWorks.Operations.Transactions.Audits;

/// <summary>How a chain of audit lines can be broken.</summary>
public enum AuditBreak
{
    /// <summary>A line is not the one that was written.</summary>
    Changed,

    /// <summary>Lines were taken out.</summary>
    Missing,

    /// <summary>A line was put in.</summary>
    Inserted,

    /// <summary>Lines stand in another order.</summary>
    Reordered,

    /// <summary>The end is missing; another host remembers more.</summary>
    Truncated,
}

/// <summary>What a check of the chain found.</summary>
/// <param name="Lines">Every line that can be read.</param>
/// <param name="Break">The first broken link; null: whole.</param>
/// <param name="Line">The line of the file where it shows, from 1.</param>
/// <param name="Explanation">For people; empty when whole.</param>
public sealed record AuditVerdict(IReadOnlyList<AuditLine> Lines, AuditBreak? Break, int Line, string Explanation)
{
    public bool IsWhole => Break is null;
}

/// <summary>Reads and checks the hash chain. Pure: bytes in, verdict out.</summary>
public static class AuditChain
{
    private static readonly string Zero = new('0', 64);

    /// <param name="line">A character a byte (Latin-1), without the newline.</param>
    public static string Hash(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(line)));

    /// <summary>Finds the first broken link.</summary>
    /// <param name="text">The file, a character a byte (Latin-1), so that every byte counts. What stands behind the last newline was never completely written and does not count.</param>
    /// <param name="heads">What other hosts remember. Without them, a missing end and a changed last line cannot be seen.</param>
    public static AuditVerdict Verify(string text, IReadOnlyList<AuditHead> heads)
    {
        var links = text.Split('\n')[..^1].Select(Link.Read).ToList();
        var lines = links.Where(link => link.Line is not null).Select(link => link.Line!).ToList();
        var previous = Zero;
        for (var i = 0; i < links.Count; i++)
        {
            if (Check(links, i, previous, heads) is { } broken)
                return new AuditVerdict(lines, broken.Kind, broken.Line, broken.Text);
            previous = links[i].Hash;
        }

        var most = heads.MaxBy(head => head.Sequence);
        if (most is not null && most.Sequence > links.Count)
        {
            return new AuditVerdict(lines, AuditBreak.Truncated, links.Count + 1,
                $"the audit ends with line {links.Count}, but {most.Host} remembers line {most.Sequence}");
        }

        return new AuditVerdict(lines, null, 0, "");
    }

    private static (AuditBreak Kind, int Line, string Text)? Check(List<Link> links, int index, string previous, IReadOnlyList<AuditHead> heads)
    {
        var (link, number) = (links[index], index + 1);
        if (link.Line is null)
            return (AuditBreak.Changed, number, $"line {number} is not an audit line");
        var sequence = link.Line.Sequence;
        if (sequence > number)
        {
            // The number that should stand here may stand further down: then nothing is missing.
            var later = links.FindIndex(index, other => other.Line?.Sequence == number);
            return later >= 0
                ? (AuditBreak.Reordered, number, $"line {number} holds entry {sequence}; entry {number} stands in line {later + 1}")
                : (AuditBreak.Missing, number, $"{Entries(number, sequence - 1)} missing before line {number}");
        }

        if (sequence < number)
            return (AuditBreak.Inserted, number, $"line {number} holds entry {sequence} again");
        if (link.Previous != previous)
        {
            // One of the two was changed. Whoever wrote down this line's hash tells which: the next line, or another host.
            var refuted = index + 1 < links.Count && links[index + 1].Previous != link.Hash
                || heads.Any(head => head.Sequence == number && head.Hash != link.Hash);
            return index == 0 || refuted
                ? (AuditBreak.Changed, number, $"line {number} was changed: it does not name line {index} as it stands")
                : (AuditBreak.Changed, index, $"line {index} was changed after line {number} had been written");
        }

        if (heads.FirstOrDefault(head => head.Sequence == number && head.Hash != link.Hash) is { } other)
            return (AuditBreak.Changed, number, $"line {number} was changed: {other.Host} remembers another");
        return null;
    }

    private static string Entries(long first, long last) => first == last ? $"entry {first} is" : $"entries {first} to {last} are";

    private sealed record Link(string Hash, string Previous, AuditLine? Line)
    {
        public static Link Read(string text)
        {
            var hash = AuditChain.Hash(text);
            try
            {
                using var document = JsonDocument.Parse(text);
                var root = document.RootElement;
                return new Link(hash, Text("prev"), new AuditLine(
                    root.GetProperty("seq").GetInt64(), DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("at").GetInt64()),
                    new AuditEntry(Text("who"), Text("what")) { Operation = Text("operation"), Result = Text("result"), Reason = Text("reason") }));

                string Text(string name) => root.GetProperty(name).GetString() ?? "";
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
            {
                return new Link(hash, "", null);
            }
        }
    }
}
