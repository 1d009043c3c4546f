using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Frames;
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
            var manifest = await StreamAsync(wish, facts, snapshot, id, upload, expected, clock, cancellationToken).ConfigureAwait(false);
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

    private async Task<BackupManifest> StreamAsync(
        BackupWish wish, ServerFacts facts, DatabaseSnapshot snapshot, BackupId id, MultipartUpload upload, long? expected, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reader = new ContentsReader(site.Database.Source, snapshot.Id);
        var before = await SequencesAsync(cancellationToken).ConfigureAwait(false);
        var digests = wish.DigestConnections == 0 ? null : reader.TablesAsync(wish.DigestConnections, stop.Token);
        try
        {
            using var frames = new FrameWriter(id, bucket.Secret, upload.WriteAsync);
            await frames.BeginAsync(cancellationToken).ConfigureAwait(false);
            await DumpAsync(wish, snapshot, frames, expected, cancellationToken).ConfigureAwait(false);
            var dumped = clock.Elapsed;
            digests ??= reader.TablesAsync(1, stop.Token);
            await RolesAsync(frames, cancellationToken).ConfigureAwait(false);
            var definitions = await reader.DefinitionsAsync(invalidIndexes: false, cancellationToken).ConfigureAwait(false);
            var sequences = ContentsReader.Between(before, await SequencesAsync(cancellationToken).ConfigureAwait(false));
            var contents = new DatabaseContents(await digests.ConfigureAwait(false), sequences, definitions);
            narrator.Say("backup", $"dumped in {dumped.TotalSeconds:0.0} s, {contents.Tables.Count} tables with {contents.Rows} rows digested after {clock.Elapsed.TotalSeconds:0.0} s");
            await frames.WriteAsync(SectionKind.Contents, new MemoryStream(contents.Write()), null, cancellationToken).ConfigureAwait(false);
            return new BackupManifest
            {
                Format = BackupManifest.CurrentFormat,
                Id = id.Text,
                Environment = site.Environment,
                Database = site.Name,
                Host = site.Host.Name,
                SystemIdentifier = facts.SystemIdentifier,
                ServerVersion = facts.Version,
                DumpVersion = facts.DumpVersion,
                Release = wish.Release,
                By = wish.By,
                At = id.At,
                Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
                Tables = contents.Tables.Count,
                Rows = contents.Rows,
                DatabaseSize = facts.DatabaseSize,
                Length = upload.Length,
                Digest = frames.Digest,
                Encryption = bucket.Secret is null ? null : new Encryption("AES-256-GCM", bucket.Secret.KeyId),
                ObjectSalt = Convert.ToHexStringLower(frames.Salt),
                Sections = frames.Sections,
            };
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            if (digests is not null)
                await digests.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private async Task DumpAsync(BackupWish wish, DatabaseSnapshot snapshot, FrameWriter frames, long? expected, CancellationToken cancellationToken)
    {
        var mark = RandomNumberGenerator.GetHexString(32);
        var progress = new DumpProgress("backup", expected, narrator);
        var complete = false;
        var result = await site.Host.StreamAsync(DumpCommands.Dump(site, snapshot.Id, wish.Compression, mark), async (stream, token) =>
        {
            var archive = new MarkedStream(stream, Encoding.ASCII.GetBytes(mark));
            await frames.WriteAsync(SectionKind.Archive, archive, progress.Add, token).ConfigureAwait(false);
            complete = archive.Complete;
        }, cancellationToken, site.Input()).ConfigureAwait(false);
        result.OrFail("pg_dump failed");
        if (!complete)
            throw new OperationException("pg_dump's output ended early", ExitCodes.Engine) { Where = site.ToString(), Seen = $"exit 0 after {frames.Sections[^1].Length} bytes, without the end mark" };
    }

    private async Task RolesAsync(FrameWriter frames, CancellationToken cancellationToken)
    {
        var result = await site.Host.RunAsync(DumpCommands.Roles(site), site.Input(), null, cancellationToken).ConfigureAwait(false);
        var text = result.OrFail("pg_dumpall failed").Output;
        await frames.WriteAsync(SectionKind.Roles, new MemoryStream(Encoding.UTF8.GetBytes(text)), null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<string, decimal>> SequencesAsync(CancellationToken cancellationToken)
    {
        await using var session = await site.Database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (var settings = new NpgsqlCommand(ContentsQueries.Settings, session))
            await settings.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return await ContentsReader.SequencesAsync(session, cancellationToken).ConfigureAwait(false);
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
