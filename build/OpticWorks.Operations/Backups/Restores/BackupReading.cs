using System.IO.Pipelines;
using System.Text;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>What a backup holds beside the archive.</summary>
internal sealed record BackupRest(string Roles, DatabaseContents Contents);

/// <summary>Reads a backup out of the bucket, checked frame by frame before a byte of it is handed on.</summary>
internal sealed class BackupReading(BackupBucket bucket, BackupManifest manifest)
{
    private string Key => bucket.Keys.Object(BackupId.Parse(manifest.Id));

    /// <summary>Reads every byte.</summary>
    /// <param name="onRead">Told how many plain bytes have been read.</param>
    /// <returns>All damages with their places; empty: none.</returns>
    public async Task<IReadOnlyList<Damage>> CheckAsync(Action<int> onRead, CancellationToken cancellationToken)
    {
        var damages = new List<Damage>();
        await using var content = await bucket.Store.OpenAsync(Key, cancellationToken).ConfigureAwait(false);
        if (content is null)
            return [new Damage(Key, "there is no such object")];
        using var reader = new FrameReader(manifest, bucket.Secret, content);
        await reader.ReadAsync((place, _) =>
        {
            onRead(place.Plain);
            return ValueTask.CompletedTask;
        }, damages.Add, cancellationToken).ConfigureAwait(false);
        return damages;
    }

    /// <summary>Hands the archive to a reader while the object is read.</summary>
    /// <param name="use">Reads the archive to its end; its failure ends the reading.</param>
    /// <exception cref="DamagedBackupException">What was read is damaged; <paramref name="use"/> has not seen the damaged part.</exception>
    public async Task<BackupRest> UseAsync(Func<Stream, Task> use, Action<int> onRead, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20, useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = FillAsync(pipe.Writer, onRead, stop.Token);
        Exception? failure = null;
        try
        {
            await use(pipe.Reader.AsStream()).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (failure is not null)
            await stop.CancelAsync().ConfigureAwait(false);
        await pipe.Reader.CompleteAsync().ConfigureAwait(false);
        try
        {
            var rest = await reading.ConfigureAwait(false);
            return failure is null ? rest : throw failure;
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            throw failure;
        }
    }

    private async Task<BackupRest> FillAsync(PipeWriter archive, Action<int> onRead, CancellationToken cancellationToken)
    {
        try
        {
            using var roles = new MemoryStream();
            using var contents = new MemoryStream();
            await using var content = await bucket.Store.OpenAsync(Key, cancellationToken).ConfigureAwait(false)
                ?? throw Damaged([new Damage(Key, "there is no such object")]);
            using var reader = new FrameReader(manifest, bucket.Secret, content);
            var damages = new List<Damage>();
            await reader.ReadAsync(async (place, bytes) =>
            {
                if (damages.Count > 0)
                    throw Damaged(damages);
                onRead(place.Plain);
                switch (place.Section)
                {
                    case SectionKind.Archive:
                        await archive.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                        // Its end must not be seen before the whole section is known to be good.
                        if (place.Last)
                            await archive.CompleteAsync().ConfigureAwait(false);
                        break;
                    case SectionKind.Roles:
                        roles.Write(bytes.Span);
                        break;
                    default:
                        contents.Write(bytes.Span);
                        break;
                }
            }, damages.Add, cancellationToken).ConfigureAwait(false);
            return damages.Count > 0 ? throw Damaged(damages)
                : new BackupRest(Encoding.UTF8.GetString(roles.ToArray()), DatabaseContents.Read(contents.ToArray()));
        }
        catch (Exception e)
        {
            await archive.CompleteAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    private DamagedBackupException Damaged(IReadOnlyList<Damage> damages) => new(manifest.Id, damages, bucket.Place);
}
