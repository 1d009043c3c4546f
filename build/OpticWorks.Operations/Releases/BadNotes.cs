namespace OpticWorks.Operations.Releases;

/// <summary>Releases of a rollback that were bad before it, and why; stands in its journal's header, so that whoever takes it back leaves their records as they
/// were.</summary>
public static class BadNotes
{
    private const string Key = "bad ";

    /// <summary>The header's entries: one for each of these releases whose record is bad.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Write(IEnumerable<ReleaseRecord> records, IReadOnlyCollection<string> releases) =>
        records.Where(record => record.State == ReleaseState.Bad && releases.Contains(record.Release)).Select(record => KeyValuePair.Create(Key + record.Release, record.Note));

    /// <summary>Why each was bad, by the release's id.</summary>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyDictionary<string, string> parameters) =>
        parameters.Where(pair => pair.Key.StartsWith(Key, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[Key.Length..], pair => pair.Value);
}
