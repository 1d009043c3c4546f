using System.Diagnostics;
using Npgsql;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Backups;

/// <summary>
/// Takes a backup. What the database is in one snapshot becomes one object, streamed from pg_dump on the database's host without a file
/// anywhere; the manifest, put last and only when nothing has its name, is what makes a backup of it. Until then everything is taken back.
/// </summary>
public sealed class BackupRun(DatabaseSite site, BackupBucket bucket, INarrator narrator)
{
    private const int LeastPart = 16 << 20;

    /// <summary>Checks everything that can be known before anything is read.</summary>
    /// <exception cref="OperationException">Something is wrong (exit 4).</exception>
    internal async Task<ServerFacts> PreflightAsync(CancellationToken cancellationToken)
    {
        var facts = await ServerFacts.ReadAsync(site, site.Database.Source, cancellationToken).ConfigureAwait(false);
        await bucket.ProbeAsync(narrator, cancellationToken).ConfigureAwait(false);
        if (bucket.Store.ClockAhead is { } ahead && ahead.Duration() > ServerFacts.MostClockDifference)
        {
            throw OperationException.Preflight("The clocks of this computer and of the object store differ too much", "set this computer's clock",
                bucket.Store.Endpoint.Host, $"{ahead.TotalSeconds:+0;-0} s");
        }

        return facts;
    }

    /// <summary>Checks what a backup needs, and says what it would do.</summary>
    /// <exception cref="OperationException">Something is wrong (exit 4).</exception>
    public async Task<BackupPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var facts = await PreflightAsync(cancellationToken).ConfigureAwait(false);
        var expected = await ExpectedAsync(facts, cancellationToken).ConfigureAwait(false);
        narrator.Say("backup", $"{site}, PostgreSQL {facts.Version}, {DumpProgress.Size(facts.DatabaseSize)}, would go to {bucket.Place}"
            + (expected is { } bytes ? $" as about {DumpProgress.Size(bytes)}" : "") + (bucket.Secret is null ? ", not encrypted" : $", encrypted with the key {bucket.Secret.KeyId}"));
        narrator.Say("backup", "The keys were tried. Nothing was changed.");
        return new BackupPlan(site.Name, facts.Version, facts.DatabaseSize, expected, bucket.Secret?.KeyId);
    }

    /// <exception cref="OperationException">Refused before anything was done (3, 4), failed and taken back (5), or an unfinished upload
    /// was left behind, which the next run removes (6).</exception>
    public async Task<BackupManifest> RunAsync(BackupWish wish, CancellationToken cancellationToken)
    {
        var facts = await PreflightAsync(cancellationToken).ConfigureAwait(false);
        await using var held = await DatabaseLock.TakeAsync(site.Database.Source, "Backup", wish.By, wish.Wait, narrator, cancellationToken).ConfigureAwait(false);
        await new BackupSweep(bucket, narrator).SweepAsync(site.Name, cancellationToken).ConfigureAwait(false);
        var expected = await ExpectedAsync(facts, cancellationToken).ConfigureAwait(false);
        MultipartUpload? upload = null;
        BackupId? id = null;
        try
        {
            var clock = Stopwatch.StartNew();
            await using var snapshot = await DatabaseSnapshot.ExportAsync(site.Database.Source, cancellationToken).ConfigureAwait(false);
            id = BackupId.New(DateTimeOffset.UtcNow, site.Name);
            narrator.Say("backup", $"{site}: {DumpProgress.Size(facts.DatabaseSize)} to {bucket.Place}{id}{(bucket.Secret is null ? ", not encrypted" : "")}");
            upload = await MultipartUpload.BeginAsync(bucket.Store, bucket.Keys.Object(id), PartLength(facts.DatabaseSize), wish.PartsInFlight, wish.Rate, cancellationToken).ConfigureAwait(false);
            var manifest = await new BackupDump(site, bucket.Secret, wish, narrator).StreamAsync(id, facts, snapshot, upload, expected, clock, cancellationToken).ConfigureAwait(false);
            await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
            await upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
            await CommitAsync(id, manifest, cancellationToken).ConfigureAwait(false);
            return manifest;
        }
        catch (Exception e) when (e is OperationException or NpgsqlException or IOException or InvalidOperationException)
        {
            throw await UndoneAsync(id, upload, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            var undone = await UndoneAsync(id, upload, new OperationException("The backup was interrupted", ExitCodes.Interrupted)).ConfigureAwait(false);
            if (undone.ExitCode == ExitCodes.FailedAndNotUndone)
                throw undone;
            throw;
        }
    }

    /// <summary>Parts of one upload are equal, so their length is chosen before the object's is known: by the database's, with room.</summary>
    internal static int PartLength(long databaseSize)
    {
        const int MiB = 1 << 20;
        var least = databaseSize * 3 / 2 / (MultipartUpload.MostParts - 1);
        return (int)Math.Clamp((least + MiB - 1) / MiB * MiB, LeastPart, 1L << 30);
    }

    /// <summary>The archive's length as the last backup suggests it.</summary>
    private async Task<long?> ExpectedAsync(ServerFacts facts, CancellationToken cancellationToken)
    {
        var last = await new BackupCatalog(bucket).NewestAsync(site.Name, cancellationToken).ConfigureAwait(false);
        return last is { DatabaseSize: > 0 } ? (long)(last.Length * ((double)facts.DatabaseSize / last.DatabaseSize)) : null;
    }

    private async Task CommitAsync(BackupId id, BackupManifest manifest, CancellationToken cancellationToken)
    {
        if (!await bucket.Store.PutNewAsync(bucket.Keys.Manifest(id), manifest.Write(bucket.Secret), cancellationToken).ConfigureAwait(false))
            throw new OperationException($"There is another manifest of {id}", ExitCodes.PreflightRefused) { Where = bucket.Place };
        narrator.Say("backup", $"{id}: {DumpProgress.Size(manifest.Length)} in {manifest.Seconds:0.0} s, not yet verified by a restore");
    }

    /// <summary>Takes back what was stored, and says what is left.</summary>
    private async Task<OperationException> UndoneAsync(BackupId? id, MultipartUpload? upload, Exception failure)
    {
        var left = new List<string>();
        if (upload is not null)
        {
            await upload.DisposeAsync().ConfigureAwait(false);
            if (upload.LeftBehind is { } unfinished)
                left.Add($"the unfinished upload of {bucket.Keys.Object(id!)} ({unfinished.Seen ?? unfinished.Message})");
            if (await RemoveUncommittedAsync(id!).ConfigureAwait(false) is { } problem)
                left.Add($"perhaps the object {bucket.Keys.Object(id!)} ({problem})");
        }

        var known = failure as OperationException;
        return new OperationException($"The backup of {site} failed: {failure.Message}", left.Count == 0 ? ExitCodes.FailedAndUndone : ExitCodes.FailedAndNotUndone, failure)
        {
            Where = known?.Where ?? (failure is HostException ? site.Host.Name : null),
            Seen = known?.Seen,
            Undone = left.Count == 0 ? "nothing is left of it" : $"left, not listed, removed by the next Backup: {string.Join("; ", left)}",
            Next = known?.Next ?? "run the same command again",
        };
    }

    /// <summary>Removes the object, and a manifest that has come to be although we were not told. Each is tried whatever became of the other, and
    /// without asking first: an answer may be lost although its request was heard.</summary>
    private async Task<string?> RemoveUncommittedAsync(BackupId id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        // The manifest first: what is listed must be whole.
        var listed = await RemoveAsync(bucket.Keys.Manifest(id), limit.Token).ConfigureAwait(false);
        return await RemoveAsync(bucket.Keys.Object(id), limit.Token).ConfigureAwait(false) ?? listed;
    }

    private async Task<string?> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await bucket.Store.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            return (e as OperationException)?.Seen ?? e.Message;
        }
    }
}
