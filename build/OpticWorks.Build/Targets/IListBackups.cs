using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Retention;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "ListBackups --environment production",
    Effects = "Nothing",
    Needs = "--environment; the object store's keys and the backup key. Exit 9: the newest verified backup is older than backups.freshWithin, or there is none",
    Undo = "There is nothing to undo")]
internal interface IListBackups : IHazBackups
{
    [Parameter("Print what a monitor should know in Prometheus' text format instead")]
    [CommandLineOnly]
    bool? Prometheus => TryGetValue<bool?>(() => Prometheus);

    Target ListBackups => _ => _
        .Description("List the backups: age, size, verified, why each is kept; exit 9 when no verified one is fresh")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(ListBackupsAsync, changesNothing: true));

    private async Task ListBackupsAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        var entries = await new BackupCatalog(bucket).ListAsync(null, cancellationToken).ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        var freshness = Freshness.Of(entries, environment.Database.Name, environment.Backups.FreshWithin, now);
        var rows = BackupRow.Of(entries, environment.Backups.Retention, now);
        Session.Data["backups"] = rows;
        Session.Data["fresh"] = freshness.IsFresh;
        Session.Data["newestVerified"] = freshness.Newest?.Id.Text;
        if (Prometheus == true)
        {
            Console.Out.Write(BackupMetrics.Text(environment.Name, freshness, [.. entries.Where(entry => entry.Id.Database == environment.Database.Name)]));
        }
        else
        {
            foreach (var line in BackupTable.Lines(rows))
                Console.Out.WriteLine(Session.Scrubber.Scrub(line));
            Console.Out.WriteLine(BackupTable.Cost(entries, now));
        }

        // A person at a terminal reads it there, and a monitor raises its own alarm.
        if (!freshness.IsFresh && Prometheus != true && (Host is Nuke.Common.CI.IBuildServer || Console.IsOutputRedirected))
            await TellAsync(environment, $"{environment.Name} has no fresh verified backup of {environment.Database.Name}: {freshness.Text}", cancellationToken).ConfigureAwait(false);
        freshness.OrFail(environment.Name);
    }
}
