using System.Diagnostics;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Reads every byte of a stored backup again and names the places of damage. That shows that it is whole, not that it restores.</summary>
public sealed class BackupCheck(BackupBucket bucket, INarrator narrator)
{
    /// <param name="postgres">To read the archive with pg_restore too, to its end; null: only its bytes.</param>
    /// <exception cref="OperationException">It is damaged (exit 4); a proof says so, and it does not count as verified any more.</exception>
    public async Task<BackupCheckResult> RunAsync(BackupEntry entry, string by, Tool? postgres, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        if (entry.Manifest is not { } manifest)
            throw OperationException.Preflight($"The backup {entry.Id} is damaged", "./build.sh ListBackups --environment … shows others", bucket.Place, entry.Problem);
        var progress = new DumpProgress("verify", manifest.Sections.Sum(section => section.Length), narrator);
        var damages = await new BackupReading(bucket, manifest).CheckAsync(progress.Add, cancellationToken).ConfigureAwait(false);
        if (damages.Count == 0 && postgres is not null)
            damages = await OpenAsync(manifest, postgres, cancellationToken).ConfigureAwait(false);
        if (damages.Count == 0)
        {
            narrator.Say("verify", $"{manifest.Id}: {DumpProgress.Size(manifest.Length)} read in {clock.Elapsed.TotalSeconds:0.0} s, every frame whole{(postgres is null ? "" : ", read to its end by pg_restore")}");
            return new BackupCheckResult(manifest.Id, manifest.Length, entry.Verified);
        }

        var now = DateTimeOffset.UtcNow;
        var proof = new BackupProof(manifest.Id, ProofKind.Read, now, by, manifest.Digest, Math.Round(clock.Elapsed.TotalSeconds, 1), [.. damages.Select(damage => damage.ToString())]);
        await bucket.Store.PutNewAsync(bucket.Keys.Proof(entry.Id, now), proof.Write(bucket.Secret), cancellationToken).ConfigureAwait(false);
        throw new DamagedBackupException(manifest.Id, damages, bucket.Place);
    }

    private async Task<IReadOnlyList<Damage>> OpenAsync(BackupManifest manifest, Tool postgres, CancellationToken cancellationToken)
    {
        ProcessResult? result = null;
        var command = new LocalCommand(Path.Combine(postgres.Directory, "pg_restore"), "--file=/dev/null") { Environment = postgres.Environment };
        try
        {
            await new BackupReading(bucket, manifest).UseAsync(
                async archive => (result = await LocalProcess.PipeAsync(command, archive, Stream.Null.CopyFromAsync, null, cancellationToken).ConfigureAwait(false)).OrFail("pg_restore failed"),
                _ => { }, cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (OperationException e) when (e is not DamagedBackupException && result is { Succeeded: false })
        {
            return [new Damage("the archive", $"pg_restore: {result.Tail(3)}")];
        }
    }
}

/// <summary>A backup whose every byte was read.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Verified">When a restore verified it; null: never.</param>
public sealed record BackupCheckResult(string Id, long Length, DateTimeOffset? Verified);

file static class Drain
{
    public static Task CopyFromAsync(this Stream target, Stream source, CancellationToken cancellationToken) => source.CopyToAsync(target, cancellationToken);
}
