using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Backups;

/// <summary>What a backup's object is made of, in one snapshot: pg_dump's archive, the roles, and the contents that a restored database is compared with.</summary>
/// <param name="secret">Null: not encrypted.</param>
internal sealed class BackupDump(DatabaseSite site, BackupSecret? secret, BackupWish wish, INarrator narrator)
{
    /// <param name="clock">Runs since the backup began.</param>
    /// <param name="expected">Bytes of the archive, for the progress; null: not known.</param>
    /// <returns>What its manifest says; it is not stored yet.</returns>
    public async Task<BackupManifest> StreamAsync(
        BackupId id, ServerFacts facts, DatabaseSnapshot snapshot, MultipartUpload upload, long? expected, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reader = new ContentsReader(site.Database.Source, snapshot.Id);
        var before = await SequencesAsync(cancellationToken).ConfigureAwait(false);
        var digests = wish.DigestConnections == 0 ? null : reader.TablesAsync(wish.DigestConnections, stop.Token);
        try
        {
            using var frames = new FrameWriter(id, secret, upload.WriteAsync);
            await frames.BeginAsync(cancellationToken).ConfigureAwait(false);
            await ArchiveAsync(snapshot, frames, expected, cancellationToken).ConfigureAwait(false);
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
                Encryption = secret is null ? null : new Encryption("AES-256-GCM", secret.KeyId),
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

    private async Task ArchiveAsync(DatabaseSnapshot snapshot, FrameWriter frames, long? expected, CancellationToken cancellationToken)
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
            throw new OperationException("pg_dump's output ended early", ExitCodes.Engine) { Where = site.ToString(), Seen = $"exit 0 after {(frames.Sections.Count == 0 ? 0 : frames.Sections[^1].Length)} bytes, without the end mark" };
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
}
