namespace OpticWorks.Operations.Releases;

/// <summary>Which staged releases go.</summary>
public static class Pruning
{
    /// <param name="staged">Names on the host.</param>
    /// <param name="records">What is remembered of releases.</param>
    /// <param name="needed">What runs, or what a plan goes back to: never removed.</param>
    /// <param name="keep">How many of the newest stay, the needed ones included; and the newest proved one stays whatever its age.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> staged, IReadOnlyList<ReleaseRecord> records, IReadOnlyCollection<string> needed, int keep)
    {
        var newest = staged.OrderByDescending(name => name, StringComparer.Ordinal).ToArray();
        var proved = records
            .Where(record => record.State == ReleaseState.Good && record.Proof is { Problem: null } && newest.Contains(record.Release))
            .Select(record => record.Release)
            .Max(StringComparer.Ordinal);
        var kept = newest.Take(Math.Max(1, keep)).Concat(needed).Append(proved).ToHashSet();
        return [.. newest.Where(name => !kept.Contains(name)).Order(StringComparer.Ordinal)];
    }
}
