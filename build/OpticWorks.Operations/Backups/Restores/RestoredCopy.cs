using System.Diagnostics;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Fills an empty database from a backup and compares it with what the backup says.</summary>
internal sealed class RestoredCopy(DatabaseSite site, BackupBucket bucket, INarrator narrator)
{
    private const int Connections = 2;

    /// <returns>Every difference between the backup's contents and the restored database's; empty: none.</returns>
    /// <exception cref="OperationException">pg_restore failed.</exception>
    /// <exception cref="DamagedBackupException">The backup is damaged.</exception>
    public async Task<IReadOnlyList<string>> FillAsync(BackupManifest manifest, ScratchDatabase target, string topic, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var progress = new DumpProgress(topic, manifest.Sections.Sum(section => section.Length), narrator);
        var rest = await new BackupReading(bucket, manifest).UseAsync(
            async archive => (await site.Host.RunAsync(DumpCommands.Restore(site, target.Name), site.Input(archive), null, cancellationToken).ConfigureAwait(false))
                .OrFail("pg_restore failed", ExitCodes.FailedAndUndone),
            progress.Add, cancellationToken).ConfigureAwait(false);
        narrator.Say(topic, $"{manifest.Id}: restored into {target.Name} in {clock.Elapsed.TotalSeconds:0.0} s; comparing {manifest.Tables} tables");
        return ContentsComparison.Differences(rest.Contents, await ContentsAsync(target, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<DatabaseContents> ContentsAsync(ScratchDatabase target, CancellationToken cancellationToken)
    {
        await using var snapshot = await DatabaseSnapshot.ExportAsync(target.Source, cancellationToken).ConfigureAwait(false);
        var reader = new ContentsReader(target.Source, snapshot.Id);
        var tables = await reader.TablesAsync(Connections, cancellationToken).ConfigureAwait(false);
        var definitions = await reader.DefinitionsAsync(invalidIndexes: true, cancellationToken).ConfigureAwait(false);
        var sequences = await ContentsReader.SequencesAsync(snapshot.Session, cancellationToken).ConfigureAwait(false);
        return new DatabaseContents(tables, ContentsReader.Between(sequences, sequences), definitions);
    }
}
