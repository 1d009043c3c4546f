using System.Globalization;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Data, "RestoreBackup --environment staging --id 2026-11-26T140512Z-medusa-staging-3f9c --stop-instances", ChangesEnvironment = true,
    Effects = "A safety backup first; then the backup in a new database, compared; the backend instances stopped; both databases renamed in one transaction; "
        + "the instances started. What was live stays beside it as NAME_before_TIME. --table: one more table, nothing else",
    Needs = "--environment, and --confirm where it is protected; --id; the typed host, database and age; what Backup needs; SSH to every host",
    Undo = "A failure or the first Ctrl-C swaps back, starts the instances and drops the new database. A killed run, or a second Ctrl-C, is ended by Resume")]
internal interface IRestoreBackup : IHazFleet
{
    [Parameter("Confirms a restore without a terminal: \"HOST DATABASE AGE\", as --plan-only prints it")]
    [CommandLineOnly]
    string? ConfirmRestore => TryGetValue(() => ConfirmRestore);

    [Parameter("Stop the backend instances for the swap, and start them after it; without it a restore refuses while anybody is connected")]
    [CommandLineOnly]
    bool? StopInstances => TryGetValue<bool?>(() => StopInstances);

    [Parameter("The system identifier of another server whose backup is wanted here")]
    [CommandLineOnly]
    string? AcceptServer => TryGetValue(() => AcceptServer);

    [Parameter("Restore only this table, beside the live one as TABLE_from_TIME, for example public.cart")]
    [CommandLineOnly]
    string? Table => TryGetValue(() => Table);

    Target RestoreBackup => _ => _
        .Description("Put a backup in the live database's place, or one table beside the live one")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(RestoreBackupAsync));

    private async Task RestoreBackupAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        var bucket = await BackupsAsync(fleet.Environment, interrupt).ConfigureAwait(false);
        if (Id is null)
            throw OperationException.Configuration("No backup was named", "./build.sh ListBackups shows them; then --id ID");
        var entry = await BackupAsync(bucket, fleet.Environment, interrupt).ConfigureAwait(false);
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        var now = DateTimeOffset.UtcNow;
        var stamp = now.UtcDateTime.ToString("yyyyMMdd't'HHmmss", CultureInfo.InvariantCulture);
        await using (var site = await SiteAsync(fleet.Environment, interrupt).ConfigureAwait(false))
        {
            await CheckAsync(site, manifest, interrupt).ConfigureAwait(false);
            if (PlanOnly != true && Table is null)
                RestoreGuard.RequireTyped(manifest, site, ConfirmRestore ?? Typed(manifest, site, now), now);
            if (Table is not null)
            {
                if (PlanOnly != true)
                    await TableAsync(site, bucket, entry, stamp, interrupt).ConfigureAwait(false);
                return;
            }

            if (PlanOnly == true)
            {
                var plan = await PlanAsync(fleet, bucket, manifest, stamp, await RunningAsync(fleet, interrupt).ConfigureAwait(false), host => host, interrupt).ConfigureAwait(false);
                PlanTable.Write(Console.Out, $"Restore of {manifest.Id} as {site}; it is confirmed by --confirm-restore \"{RestoreGuard.Phrase(manifest, site, now)}\"", plan);
                Session.Data["plan"] = PlanTable.Rows(plan);
                return;
            }
        }

        RequireConfirmation(fleet.Environment);
        await fleet.Operation.RunAsync("RestoreBackup", Reason ?? $"restore {manifest.Id}", Wish with { EvenIfFrozen = true },
            async token => new PlanSource("", new Dictionary<string, string>(await RunningAsync(fleet, token).ConfigureAwait(false)) { ["backup"] = manifest.Id, ["stamp"] = stamp }),
            (source, fence, token) => RestorePlanAsync(fleet, source.Parameters, fence, token),
            interrupt, detach).ConfigureAwait(false);
        Narrator.Say("done", $"{fleet.Environment.Database.Name} is {manifest.Id}");
    }

    static PlanKind RestoreBackupKind { get; } = PlanKind.Of<IRestoreBackup>("RestoreBackup",
        (build, asked) => asked.Way == ResumeWay.Undo
            ? Task.FromResult(build.PlansOf(asked.Fleet, null, null, asked.Fence).Restore(null, asked.Header.Parameters["stamp"], asked.Previous))
            : build.RestorePlanAsync(asked.Fleet, asked.Header.Parameters, asked.Fence, asked.Cancellation));

    /// <summary>The plan of RestoreBackup from what its journal's header holds.</summary>
    private async Task<Plan> RestorePlanAsync(Fleet fleet, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var bucket = await BackupsAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        var entry = await new BackupCatalog(bucket).GetAsync(parameters["backup"], fleet.Environment.Database.Name, cancellationToken).ConfigureAwait(false);
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        return await PlanAsync(fleet, bucket, manifest, parameters["stamp"], Fleet.Previous(parameters), fence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The plan that puts a backup in the live database's place.</summary>
    /// <param name="running">Instances that are stopped and started, with their releases.</param>
    private async Task<Plan> PlanAsync(
        Fleet fleet, BackupBucket bucket, BackupManifest manifest, string stamp, IReadOnlyDictionary<string, string> running, Func<IHost, IHost> fence, CancellationToken cancellationToken)
    {
        var wish = await BackupWishAsync(fleet.Environment, cancellationToken).ConfigureAwait(false);
        return PlansOf(fleet, bucket, wish, fence).Restore(manifest, stamp, running);
    }

    private RestorePlans PlansOf(Fleet fleet, BackupBucket? bucket, BackupWish? wish, Func<IHost, IHost> fence) =>
        new(fleet.Environment, fleet.Connect, fence, token => SiteAsync(fleet.Environment, token), bucket, wish, Narrator);

    private async Task TableAsync(DatabaseSite site, BackupBucket bucket, BackupEntry entry, string stamp, CancellationToken cancellationToken)
    {
        var (name, rows) = await new RestoredTable(site, bucket, Narrator).RunAsync(entry, TableName.Parse(Table!), stamp, cancellationToken).ConfigureAwait(false);
        Session.Data["table"] = new { Name = name, Rows = rows };
    }

    private async Task CheckAsync(DatabaseSite site, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var identifier = await RestorePlans.SystemIdentifierAsync(site, cancellationToken).ConfigureAwait(false);
        if (RestoreGuard.Problem(manifest, site, identifier, AcceptServer) is { } problem)
            throw OperationException.Preflight("This backup does not belong here", $"--accept-server {manifest.SystemIdentifier} if it is meant", site.ToString(), problem);
        if (StopInstances == true || Table is not null || PlanOnly == true)
            return;
        var sessions = await DatabaseSwap.SessionsAsync(site, cancellationToken).ConfigureAwait(false);
        if (sessions.Count > 0)
            throw OperationException.Preflight($"{site.Name} is in use", "--stop-instances stops the backend; end other sessions", site.ToString(), string.Join('\n', sessions));
    }

    private async Task<IReadOnlyDictionary<string, string>> RunningAsync(Fleet fleet, CancellationToken cancellationToken) => StopInstances == true
        ? await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false) : new Dictionary<string, string>();

    private string? Typed(BackupManifest manifest, DatabaseSite site, DateTimeOffset now)
    {
        if (Console.IsInputRedirected || Host is Nuke.Common.CI.IBuildServer)
            return null;
        Console.Error.Write($"{site} will be what it was then. Type \"{RestoreGuard.Phrase(manifest, site, now)}\": ");
        return Console.In.ReadLine();
    }
}
