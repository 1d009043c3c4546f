using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups;

/// <summary>A backup as the bucket shows it.</summary>
/// <param name="Manifest">Null: it cannot be used, <paramref name="Problem"/> says why.</param>
/// <param name="Proofs">Checks of it, the newest first.</param>
public sealed record BackupEntry(BackupId Id, BackupManifest? Manifest, string? Problem, IReadOnlyList<BackupProof> Proofs)
{
    /// <summary>The newest check that counts: a restore, or one that found damage.</summary>
    public BackupProof? Verdict => Proofs.FirstOrDefault(proof => proof.Verifies || proof.Problems.Count > 0);

    /// <summary>When it was last proved by a restore; null: never, or it has been found damaged since.</summary>
    public DateTimeOffset? Verified => Manifest is not null && Verdict is { Verifies: true } proof ? proof.At : null;
}

/// <summary>The backups in the bucket: what has a manifest, and nothing else.</summary>
public sealed class BackupCatalog(BackupBucket bucket)
{
    /// <summary>All of them, the newest first.</summary>
    /// <param name="database">Only of this database; null: of all.</param>
    public async Task<IReadOnlyList<BackupEntry>> ListAsync(string? database, CancellationToken cancellationToken)
    {
        var listed = await bucket.Store.ListAsync(bucket.Prefix, cancellationToken).ConfigureAwait(false);
        var lengths = listed.ToDictionary(item => item.Key, item => item.Length);
        var ids = listed.Select(item => bucket.Keys.OfManifest(item.Key)).OfType<BackupId>()
            .Where(id => database is null || id.Database == database).OrderByDescending(id => id.Text, StringComparer.Ordinal).ToList();
        var proofs = listed.Where(item => bucket.Keys.OfProof(item.Key) is not null).ToLookup(item => bucket.Keys.OfProof(item.Key)!, item => item.Key);
        var entries = new BackupEntry[ids.Count];
        await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) => entries[i] = await EntryAsync(ids[i], lengths, proofs[ids[i]], token).ConfigureAwait(false)).ConfigureAwait(false);
        return entries;
    }

    /// <summary>The one with this id, or the newest of the database.</summary>
    /// <exception cref="OperationException">There is none, or it cannot be used (exit 4).</exception>
    public async Task<BackupEntry> GetAsync(string? id, string database, CancellationToken cancellationToken)
    {
        var wanted = id is null ? null : BackupId.Parse(id);
        var entries = await ListAsync(wanted?.Database ?? database, cancellationToken).ConfigureAwait(false);
        var entry = wanted is null ? entries.FirstOrDefault() : entries.FirstOrDefault(entry => entry.Id == wanted);
        return entry ?? throw OperationException.Preflight(wanted is null ? $"There is no backup of {database}" : $"There is no backup {wanted}",
            "./build.sh ListBackups --environment …", bucket.Place);
    }

    /// <summary>The newest usable manifest of a database.</summary>
    internal async Task<BackupManifest?> NewestAsync(string database, CancellationToken cancellationToken)
    {
        var listed = await bucket.Store.ListAsync(bucket.Prefix, cancellationToken).ConfigureAwait(false);
        var newest = listed.Select(item => bucket.Keys.OfManifest(item.Key)).OfType<BackupId>()
            .Where(id => id.Database == database).MaxBy(id => id.Text, StringComparer.Ordinal);
        var bytes = newest is null ? null : await bucket.Store.ReadAsync(bucket.Keys.Manifest(newest), cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : BackupManifest.Read(bytes, newest!, bucket.Secret).Manifest;
    }

    private async Task<BackupEntry> EntryAsync(BackupId id, Dictionary<string, long> lengths, IEnumerable<string> proofKeys, CancellationToken cancellationToken)
    {
        var bytes = await bucket.Store.ReadAsync(bucket.Keys.Manifest(id), cancellationToken).ConfigureAwait(false);
        var (manifest, problem) = bytes is null ? (null, "its manifest has just been removed") : BackupManifest.Read(bytes, id, bucket.Secret);
        if (manifest is not null)
        {
            problem = !lengths.TryGetValue(bucket.Keys.Object(id), out var length) ? "its object is missing"
                : length != manifest.Length ? $"its object has {length} bytes, not {manifest.Length}" : null;
        }

        var proofs = new List<BackupProof>();
        foreach (var key in proofKeys)
        {
            if (await bucket.Store.ReadAsync(key, cancellationToken).ConfigureAwait(false) is { } text
                && BackupProof.Read(text, bucket.Secret) is { } proof && proof.Id == id.Text && proof.Digest == manifest?.Digest)
                proofs.Add(proof);
        }

        return new BackupEntry(id, problem is null ? manifest : null, problem, [.. proofs.OrderByDescending(proof => proof.At)]);
    }
}
