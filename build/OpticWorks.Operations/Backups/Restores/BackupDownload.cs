using OpticWorks.Operations.Backups.Dumps;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Brings a backup to this computer as what plain pg_restore opens: nobody needs this program to get at it.</summary>
public sealed class BackupDownload(BackupBucket bucket, INarrator narrator)
{
    /// <summary>Writes the archive, and beside it "PATH.roles.sql"; both readable by their owner only, whole or not at all.</summary>
    /// <param name="decrypt">Agrees that customers' data lies on this computer unencrypted.</param>
    /// <exception cref="OperationException">Encrypted without <paramref name="decrypt"/>, or the file is there (2); damaged (4).</exception>
    public async Task RunAsync(BackupEntry entry, string path, bool decrypt, CancellationToken cancellationToken)
    {
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        if (manifest.Encryption is not null && !decrypt)
            throw OperationException.Configuration($"{manifest.Id} is encrypted", "add --decrypt: the file will hold customers' data unencrypted");
        if (Path.Exists(path))
            throw OperationException.Configuration($"{path} is there already", "name another file with --to");
        var part = path + ".part";
        var progress = new DumpProgress("download", manifest.Sections.Sum(section => section.Length), narrator);
        try
        {
            BackupRest rest;
            await using (var file = Rehearsal.PrivateFile.Create(part))
            {
                rest = await new BackupReading(bucket, manifest).UseAsync(
                    archive => archive.CopyToAsync(file, cancellationToken), progress.Add, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            await using (var roles = Rehearsal.PrivateFile.Create(path + ".roles.sql"))
                await roles.WriteAsync(System.Text.Encoding.UTF8.GetBytes(rest.Roles), cancellationToken).ConfigureAwait(false);
            File.Move(part, path);
        }
        catch
        {
            File.Delete(part);
            throw;
        }

        narrator.Say("download", $"{manifest.Id} is {path}: pg_restore --list {path}");
    }
}
