using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "Backup --environment staging",
    Effects = "In the bucket of backups one object and its manifest; what killed runs left there is removed. On the database's host nothing: the dump is streamed",
    Needs = "--environment; the database's and the object store's secrets, and the backup key; SSH to the database's host, where pg_dump is",
    Undo = "A failure or the first Ctrl-C aborts the upload; until the manifest is put there is no backup. What a killed run leaves is removed by the next")]
internal interface IBackup : IHazBackups
{
    [Parameter("The greatest upload rate in MiB a second, for example 20. Default: none")]
    [CommandLineOnly]
    string? LimitRate => TryGetValue(() => LimitRate);

    [Parameter("How long to wait for another backup or a migration, for example 10m. Default: not at all")]
    [CommandLineOnly]
    string? WaitForLock => TryGetValue(() => WaitForLock);

    Target Backup => _ => _
        .Description("Back the database up to the object store, encrypted, as it is in one snapshot")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(BackupAsync));

    async Task BackupAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var bucket = await BackupsAsync(environment, cancellationToken).ConfigureAwait(false);
        await using var site = await SiteAsync(environment, cancellationToken).ConfigureAwait(false);
        var run = new BackupRun(site, bucket, Narrator);
        if (PlanOnly == true)
        {
            Session.Data["plan"] = await run.PlanAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var wish = await BackupWishAsync(environment, cancellationToken).ConfigureAwait(false);
        var manifest = await run.RunAsync(wish with { Wait = Wait(), Rate = Rate() }, cancellationToken).ConfigureAwait(false);
        Session.Data["backup"] = manifest;
        Narrator.Say("next", $"./build.sh RestoreDrill --environment {environment.Name} verifies it by restoring it");
    }

    private RateLimit? Rate() => LimitRate is null ? null
        : double.TryParse(LimitRate, System.Globalization.CultureInfo.InvariantCulture, out var rate) && rate is >= 0.1 and <= 100_000
            ? new RateLimit((long)(rate * (1 << 20)))
            : throw new OperationException($"\"{LimitRate}\" is not a rate in MiB a second", ExitCodes.Engine);

    private TimeSpan Wait() => WaitForLock is null ? TimeSpan.Zero
        : Duration.TryParse(WaitForLock, out var wait) ? wait
        : throw new OperationException($"\"{WaitForLock}\" is not a duration such as 90s or 10m", ExitCodes.Engine);
}
