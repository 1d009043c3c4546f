using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Retention;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "PruneBackups --environment staging --plan-only", ChangesEnvironment = true,
    Effects = "In the bucket, backups that have no place in backups.retention are removed. Never the newest verified one, nothing while none is verified, "
        + "nothing that cannot be read. --plan-only and --bucket-lock: nothing",
    Needs = "--environment, and --confirm where it is protected; object store keys that may delete",
    Undo = "What was removed is gone; a run that ends early has removed whole backups only")]
internal interface IPruneBackups : IHazBackups
{
    [Parameter("Print the R2 bucket-lock rule that fits the retention, and how to set it, instead")]
    [CommandLineOnly]
    bool? BucketLock => TryGetValue<bool?>(() => BucketLock);

    Target PruneBackups => _ => _
        .Description("Remove the backups that the retention gives up; --plan-only gives a reason for each")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(PruneBackupsAsync));

    private async Task PruneBackupsAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        if (BucketLock == true)
        {
            Console.Out.WriteLine(Operations.Backups.Retention.BucketLock.Rules(environment.Backups));
            Console.Out.WriteLine($"PUT https://api.cloudflare.com/client/v4/accounts/ACCOUNT/r2/buckets/{environment.Backups.Bucket}/lock     replaces all rules of the bucket");
            Console.Out.WriteLine($"or adds it:  {Operations.Backups.Retention.BucketLock.Command(environment.Backups)}");
            return;
        }

        if (PlanOnly != true)
            RequireConfirmation(environment);
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        var entries = await new BackupCatalog(bucket).ListAsync(environment.Database.Name, cancellationToken).ConfigureAwait(false);
        var verdicts = Pruning.Decide(entries, environment.Backups.Retention, DateTimeOffset.UtcNow);
        Session.Data["verdicts"] = verdicts.Select(verdict => new { Id = verdict.Id.Text, verdict.Keep, verdict.Reasons });
        foreach (var verdict in verdicts)
            Console.Out.WriteLine($"{(verdict.Keep ? "keep  " : "remove")}  {verdict.Id}  {verdict.Reason}");
        if (PlanOnly == true)
        {
            Console.Out.WriteLine("Nothing was changed.");
            return;
        }

        var removed = await new Pruning(bucket, Narrator).RemoveAsync(verdicts, cancellationToken).ConfigureAwait(false);
        Narrator.Say("prune", $"{removed} removed, {verdicts.Count - removed} kept");
    }
}
