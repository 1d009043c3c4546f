using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "VerifyBackup --environment production --deep",
    Effects = "Nothing, unless damage is found: then a proof in the bucket says so, and the backup does not count as verified any more",
    Needs = "--environment; the object store's keys and the backup key. Exit 4: damaged",
    Undo = "There is nothing to undo")]
internal interface IVerifyBackup : IHazBackups
{
    [Parameter("Read the archive with pg_restore to its end too")]
    [CommandLineOnly]
    bool? Deep => TryGetValue<bool?>(() => Deep);

    Target VerifyBackup => _ => _
        .Description("Read every byte of a backup again, and name the places of damage; RestoreDrill proves more")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(VerifyBackupAsync, changesNothing: true));

    private async Task VerifyBackupAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        var entry = await BackupAsync(bucket, environment, cancellationToken).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            Narrator.Say("backup", $"{entry.Id} would be read. Nothing was changed.");
            return;
        }

        var postgres = Deep == true ? await Toolbox.GetAsync(PinnedProgram.PostgreSql, cancellationToken).ConfigureAwait(false) : null;
        Session.Data["backup"] = await new BackupCheck(bucket, Narrator).RunAsync(entry, IHazBackups.Operator, postgres, cancellationToken).ConfigureAwait(false);
    }
}
