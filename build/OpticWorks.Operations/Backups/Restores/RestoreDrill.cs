using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Restores a backup into a scratch database, compares everything, drops it again and keeps the result as a proof.</summary>
public sealed class RestoreDrill(DatabaseSite site, BackupBucket bucket, INarrator narrator)
{
    internal const string Prefix = "opticworks_drill_";

    /// <summary>What the scratch databases of drills are called.</summary>
    internal static ScratchFamily Family { get; } = new(Prefix, "[0-9a-f]{8}");

    /// <exception cref="OperationException">The backup is damaged, or the restored database is another (exit 4); a proof says so. Other
    /// failures prove nothing and leave no proof.</exception>
    public async Task<BackupProof> RunAsync(BackupEntry entry, string by, CancellationToken cancellationToken)
    {
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        var clock = Stopwatch.StartNew();
        narrator.Say("drill", $"{manifest.Id}: {DumpProgress.Size(manifest.Length)} from {bucket.Place} into a scratch database on {site.Host.Name}");
        IReadOnlyList<string> problems;
        var kind = ProofKind.Restored;
        try
        {
            await using var scratch = await ScratchDatabase.CreateAsync(site, Family, Prefix + RandomNumberGenerator.GetHexString(8, lowercase: true), narrator, cancellationToken).ConfigureAwait(false);
            problems = await new RestoredCopy(site, bucket, narrator).FillAsync(manifest, scratch, "drill", cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedBackupException e)
        {
            (problems, kind) = (e.Seen!.Split('\n'), ProofKind.Read);
        }
        catch (NpgsqlException e)
        {
            throw new OperationException($"The drill of {manifest.Id} could not be run: {e.Message}", ExitCodes.FailedAndUndone, e)
            {
                Where = site.ToString(),
                Undone = $"a scratch database that may be left ({Prefix}…) is dropped by the next drill",
                Next = e is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } ? $"alter role {site.Settings.User} createdb" : "run the same command again",
            };
        }

        var proof = new BackupProof(manifest.Id, kind, DateTimeOffset.UtcNow, by, manifest.Digest, Math.Round(clock.Elapsed.TotalSeconds, 1), problems);
        await ProofAsync(proof, cancellationToken).ConfigureAwait(false);
        if (problems.Count == 0)
        {
            narrator.Say("drill", $"{manifest.Id}: verified, {manifest.Tables} tables with {manifest.Rows} rows are the same, in {proof.Seconds:0.0} s");
            return proof;
        }

        throw OperationException.Preflight(kind == ProofKind.Read ? $"The backup {manifest.Id} is damaged" : $"The restored {manifest.Database} is not what {manifest.Id} holds",
            "./build.sh Backup, then RestoreDrill", bucket.Place, Shown(problems));
    }

    private async Task ProofAsync(BackupProof proof, CancellationToken cancellationToken)
    {
        if (!await bucket.Store.PutNewAsync(bucket.Keys.Proof(BackupId.Parse(proof.Id), proof.At), proof.Write(bucket.Secret), cancellationToken).ConfigureAwait(false))
            throw new OperationException($"There is another proof of {proof.Id} of the same moment", ExitCodes.Engine);
    }

    private static string Shown(IReadOnlyList<string> problems) =>
        string.Join('\n', problems.Take(20)) + (problems.Count > 20 ? $"\nand {problems.Count - 20} more" : "");
}
