using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>Removes the backups that retention gives up.</summary>
public sealed class Pruning(BackupBucket bucket, INarrator narrator)
{
    public static IReadOnlyList<RetentionVerdict> Decide(IEnumerable<BackupEntry> entries, RetentionSettings policy, DateTimeOffset now) =>
        RetentionDecision.Decide(entries.Select(entry => new RetentionItem(entry.Id, entry.Manifest is not null, entry.Verified is not null)), policy, now);

    /// <summary>The manifest goes first: what is listed is whole at every moment. An object that a bucket lock still holds stays and is said.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(IEnumerable<RetentionVerdict> verdicts, CancellationToken cancellationToken)
    {
        var listed = (await bucket.Store.ListAsync(bucket.Prefix, cancellationToken).ConfigureAwait(false)).ToLookup(item => IdOf(item.Key));
        var removed = 0;
        foreach (var verdict in verdicts.Where(verdict => !verdict.Keep))
        {
            try
            {
                foreach (var item in listed[verdict.Id].OrderByDescending(item => bucket.Keys.OfManifest(item.Key) is not null).ToList())
                    await bucket.Store.DeleteAsync(item.Key, cancellationToken).ConfigureAwait(false);
                narrator.Say("prune", $"{verdict.Id}  removed: {verdict.Reason}");
                removed++;
            }
            catch (OperationException e) when (e.InnerException is Amazon.S3.AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.Forbidden })
            {
                narrator.Warn("prune", $"{verdict.Id}  stays: the object store does not let us remove it (bucket lock, or keys that cannot delete)");
            }
        }

        return removed;
    }

    private BackupId? IdOf(string key) => bucket.Keys.OfManifest(key) ?? bucket.Keys.OfProof(key) ?? bucket.Keys.OfObject(key);
}
