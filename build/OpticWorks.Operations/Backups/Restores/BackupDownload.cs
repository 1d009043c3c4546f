using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Brings a backup to this computer as what plain pg_restore opens: nobody needs this program to get at it.</summary>
public sealed class BackupDownload(BackupBucket bucket, INarrator narrator)
{
    /// <summary>Writes the archive, and beside it "PATH.roles.sql"; both readable by their owner only, whole or not at all.</summary>
    /// <param name="decrypt">Agrees that customers' data lies on this computer unencrypted.</param>
    /// <param name="path">Absolute.</param>
    /// <exception cref="OperationException">
    /// Encrypted without <paramref name="decrypt"/>, a file is there, or its folder is not (2); damaged (4); a full disk or a folder of somebody else (5).
    /// </exception>
    public async Task RunAsync(BackupEntry entry, string path, bool decrypt, CancellationToken cancellationToken)
    {
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        if (manifest.Encryption is not null && !decrypt)
            throw OperationException.Configuration($"{manifest.Id} is encrypted", "add --decrypt: the file will hold customers' data unencrypted");
        var roles = path + ".roles.sql";
        foreach (var file in new[] { path, roles }.Where(Path.Exists))
            throw OperationException.Configuration($"{file} is there already", "name another file with --to");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw OperationException.Configuration($"{Path.GetDirectoryName(path)} is not a folder", "make it, or name a file elsewhere with --to");
        var (archivePart, rolesPart) = (path + ".part", roles + ".part");
        var progress = new DumpProgress("download", manifest.Sections.Sum(section => section.Length), narrator);
        try
        {
            BackupRest rest;
            await using (var file = PrivateFile.Create(archivePart))
            {
                rest = await new BackupReading(bucket, manifest).UseAsync(
                    archive => archive.CopyToAsync(file, cancellationToken), progress.Add, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            await using (var file = PrivateFile.Create(rolesPart))
            {
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(rest.Roles), cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(rolesPart, roles);
            File.Move(archivePart, path); // Last: with it, all is there.
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException io && InstallFailure.IsDiskFull(io)))
        {
            throw new OperationException($"{path} could not be written", ExitCodes.FailedAndUndone, e)
            { Seen = e.Message, Undone = "the unfinished file was removed", Next = "name a file in a folder that can be written and has room with --to" };
        }
        finally
        {
            File.Delete(archivePart);
            File.Delete(rolesPart);
        }

        narrator.Say("download", $"{manifest.Id} is {path}: pg_restore --list {path}");
    }
}
