using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>The release whose migrations are meant.</summary>
internal interface IHazMigrations : IHazFleet
{
    [Parameter("The release that is meant. Default: the one that Build has built in this run, else the one that the instances run", Name = "Release")]
    [CommandLineOnly]
    string? ReleaseName => TryGetValue(() => ReleaseName);

    /// <summary>The release named, which must be on the first backend host, or what the instances run; null: Build has built one in this run.</summary>
    /// <exception cref="OperationException">There is none (exit 2), or it is not on the host (exit 4).</exception>
    async Task<ReleaseId?> ChosenReleaseAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        if (ReleaseName is null && ArtifactDigest is not null)
            throw OperationException.Configuration("An artifact cannot be migrated by itself", "DeployBackend --artifact DIGEST, or --release ID");
        if (ReleaseName is null && Session.Artifact is not null)
            return null;
        var host = fleet.Connect(fleet.Environment.Hosts[0]);
        if (ReleaseName is { } named)
        {
            var release = ReleaseId.Parse(named);
            var there = await host.RunAsync(ReleaseCommands.Exists($"{new HostLayout(fleet.Environment.Releases.Directory).Release(release)}/env"), null, null, cancellationToken).ConfigureAwait(false);
            return there.Succeeded ? release
                : throw OperationException.Preflight($"{release} is not on {host.Name}", $"./build.sh Releases --environment {fleet.Environment.Name}");
        }

        var running = await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false);
        return running.Where(pair => pair.Key.StartsWith($"{host.Name}:", StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault(name => name.Length > 0) is { } current
            ? ReleaseId.Parse(current)
            : throw OperationException.Configuration($"No release runs on {host.Name}, and none was named", $"./build.sh Build MigrationStatus --environment {fleet.Environment.Name}     or with --release");
    }

    /// <summary>Reads what a release would migrate: on the first backend host, or in the checkout where it was built.</summary>
    /// <param name="release">Null: what Build has built in this run.</param>
    async Task<Func<InventoryWish, CancellationToken, Task<ReleaseInventory>>> InventoryOfAsync(Fleet fleet, ReleaseId? release, CancellationToken cancellationToken) =>
        release is null
            ? new ReleaseInCheckout(Store, (await StoreProgramsAsync(cancellationToken).ConfigureAwait(false)).Node).InventoryAsync
            : Migrations(fleet, host => host, Accept).Release(release).InventoryAsync;
}
