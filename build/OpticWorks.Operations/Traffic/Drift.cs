namespace OpticWorks.Operations.Traffic;

/// <summary>A server whose weight or state is not what this program set, or the configuration says: somebody else's hand.</summary>
/// <param name="Seen">As people read it, for example "weight 30, expected 100".</param>
public sealed record Drift(string Server, string Seen)
{
    public override string ToString() => $"{Server}: {Seen}";

    /// <summary>What differs from what is expected.</summary>
    /// <param name="weights">The weight that each server was given; 0: it was drained.</param>
    /// <param name="rows">What HAProxy says. A server that is down by its health check is no drift: that is seen elsewhere.</param>
    public static IReadOnlyList<Drift> Of(IReadOnlyDictionary<string, int> weights, IEnumerable<ServerState> rows)
    {
        var seen = rows.ToDictionary(row => row.Name);
        return [.. weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Of(pair.Key, pair.Value, seen.GetValueOrDefault(pair.Key))).OfType<Drift>()];
    }

    private static Drift? Of(string server, int weight, ServerState? row)
    {
        if (row is null)
            return new Drift(server, "HAProxy does not know it");
        var takenOut = row.Status.StartsWith("DRAIN", StringComparison.Ordinal) || row.Status.StartsWith("MAINT", StringComparison.Ordinal);
        if (weight > 0 && takenOut)
            return new Drift(server, $"{row.Status}, expected weight {weight}");
        var given = takenOut ? 0 : row.UserWeight;
        return given == weight ? null : new Drift(server, $"weight {given}, expected {weight}");
    }
}
