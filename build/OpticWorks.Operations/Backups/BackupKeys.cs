namespace OpticWorks.Operations.Backups;

/// <summary>The keys of a backup's objects below the prefix.</summary>
internal sealed record BackupKeys(string Prefix)
{
    private const string ObjectEnd = ".dump";

    private const string ManifestEnd = ".json";

    private const string ProofEnd = ".proof.json";

    /// <summary>The data: frames, not a plain archive; DownloadBackup makes one of it.</summary>
    public string Object(BackupId id) => $"{Prefix}{id}{ObjectEnd}";

    /// <summary>Its existence is what makes a backup.</summary>
    public string Manifest(BackupId id) => $"{Prefix}{id}{ManifestEnd}";

    /// <summary>What a check of a backup found; there may be several.</summary>
    public string Proof(BackupId id, DateTimeOffset at) => $"{Prefix}{id}@{at.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}{ProofEnd}";

    public string Probe(string name) => $"{Prefix}probe-{name}";

    public bool IsProbe(string key) => key.StartsWith($"{Prefix}probe-", StringComparison.Ordinal);

    public BackupId? OfObject(string key) => Id(key, ObjectEnd);

    public BackupId? OfManifest(string key) => key.EndsWith(ProofEnd, StringComparison.Ordinal) ? null : Id(key, ManifestEnd);

    public BackupId? OfProof(string key) => key.EndsWith(ProofEnd, StringComparison.Ordinal) && key.IndexOf('@') is > 0 and var at
        ? Id(key[..at], "") : null;

    private BackupId? Id(string key, string end) => key.StartsWith(Prefix, StringComparison.Ordinal) && key.EndsWith(end, StringComparison.Ordinal)
        ? BackupId.TryParse(key[Prefix.Length..^end.Length]) : null;
}
