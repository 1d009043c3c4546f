using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups.Restores;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "DownloadBackup --environment staging --to shop.dump --decrypt",
    Effects = "On this computer the file that --to names, and FILE.roles.sql, both readable by their owner only",
    Needs = "--environment; --to; the object store's keys and the backup key; --decrypt when the backup is encrypted",
    Undo = "An unfinished file is removed")]
internal interface IDownloadBackup : IHazBackups, IHazDestination
{
    [Parameter("Agrees that the file holds customers' data unencrypted")]
    [CommandLineOnly]
    bool? Decrypt => TryGetValue<bool?>(() => Decrypt);

    Target DownloadBackup => _ => _
        .Description("Write a backup to a file that plain pg_restore opens")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(DownloadBackupAsync));

    private async Task DownloadBackupAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var path = Path.GetFullPath(To ?? throw OperationException.Configuration("No file was named", "--to shop.dump"));
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        var entry = await BackupAsync(bucket, environment, cancellationToken).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            Narrator.Say("backup", $"{entry.Id} would be read. Nothing was changed.");
            return;
        }

        await new BackupDownload(bucket, Narrator).RunAsync(entry, path, Decrypt == true, cancellationToken).ConfigureAwait(false);
        Session.Data["file"] = path;
    }
}
