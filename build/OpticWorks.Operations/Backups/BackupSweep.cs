using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Backups;

/// <summary>Removes what runs that were killed left behind. Only under the database's lock: then nobody else is uploading.</summary>
internal sealed class BackupSweep(BackupBucket bucket, INarrator narrator)
{
    /// <summary>Aborts unfinished uploads of the database, and removes objects without a manifest and probes.</summary>
    public async Task SweepAsync(string database, CancellationToken cancellationToken)
    {
        await SweepUploadsAsync(database, cancellationToken).ConfigureAwait(false);
        var listed = await bucket.Store.ListAsync(bucket.Prefix, cancellationToken).ConfigureAwait(false);
        var manifests = listed.Select(item => bucket.Keys.OfManifest(item.Key)).OfType<BackupId>().ToHashSet();
        foreach (var item in listed)
        {
            var orphan = (bucket.Keys.OfObject(item.Key) ?? bucket.Keys.OfProof(item.Key)) is { } id && id.Database == database && !manifests.Contains(id);
            // Another database's backup may be probing at this moment.
            var probe = bucket.Keys.IsProbe(item.Key) && DateTimeOffset.UtcNow - item.Modified > TimeSpan.FromHours(1);
            if (!orphan && !probe)
                continue;
            try
            {
                await bucket.Store.DeleteAsync(item.Key, cancellationToken).ConfigureAwait(false);
                narrator.Say("backup", $"removed {item.Key}, which no manifest names");
            }
            catch (OperationException e)
            {
                narrator.Warn("backup", $"{item.Key} belongs to no backup and cannot be removed: {e.Seen}");
            }
        }
    }

    // Keys may be allowed to write and nothing else.
    private async Task SweepUploadsAsync(string database, CancellationToken cancellationToken)
    {
        IReadOnlyList<UnfinishedUpload>? uploads;
        try
        {
            uploads = await bucket.Store.Uploads.UnfinishedAsync(bucket.Prefix, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            narrator.Warn("backup", $"unfinished uploads cannot be listed, and stay until the store drops them: {e.Seen ?? e.Message}");
            return;
        }

        if (uploads is null)
            narrator.Detail("backup", "this object store cannot tell about unfinished uploads");
        foreach (var upload in (uploads ?? []).Where(upload => bucket.Keys.OfObject(upload.Key)?.Database == database))
        {
            try
            {
                await bucket.Store.Uploads.AbortAsync(upload, cancellationToken).ConfigureAwait(false);
                narrator.Say("backup", $"removed the unfinished upload of {upload.Key}");
            }
            catch (OperationException e)
            {
                narrator.Warn("backup", $"the unfinished upload of {upload.Key} cannot be removed, and stays until the store drops it: {e.Seen ?? e.Message}");
            }
        }
    }
}
