using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Backups.Restores;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "RestoreDrill --environment staging",
    Effects = "On the database's server a scratch database (opticworks_drill_…), which is dropped again; in the bucket a proof. The live database is not touched",
    Needs = "--environment; the database's and the object store's secrets, and the backup key; SSH to the database's host; a role that may create databases. Exit 4: the backup is damaged or restores to something else",
    Undo = "The scratch database is dropped whatever happens; one that a killed run leaves is dropped by the next")]
internal interface IRestoreDrill : IHazBackups
{
    Target RestoreDrill => _ => _
        .Description("Verify a backup: restore it into a scratch database, compare everything, drop it, keep the proof")
        .After<IBackup>(target => target.Backup)
        .Requires(() => EnvironmentName)
        .Executes(() => Run(RestoreDrillAsync));

    async Task RestoreDrillAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        var entry = await BackupAsync(bucket, environment, cancellationToken).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            Narrator.Say("drill", $"{entry.Id} would be restored into a scratch database on {environment.Database.Host.Name}, compared and dropped. Nothing was changed.");
            return;
        }

        await using var site = await SiteAsync(environment, cancellationToken).ConfigureAwait(false);
        Session.Data["proof"] = await new RestoreDrill(site, bucket, Narrator).RunAsync(entry, IHazBackups.Operator, cancellationToken).ConfigureAwait(false);
    }
}
