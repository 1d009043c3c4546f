using OpticWorks.Build.Targets;
using OpticWorks.Operations;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Plans;

/// <summary>A kind of operation that a journal may hold, and how the plan that was begun is made again. Each stands beside its target.</summary>
/// <param name="Name">As journals have it, for example "DeployBackend".</param>
internal sealed record PlanKind(string Name, Func<IHazFleet, PlanRequest, Task<Plan>> MakeAsync)
{
    /// <summary>Every kind that there is.</summary>
    public static IReadOnlyList<PlanKind> All { get; } =
    [
        IDeployBackend.DeployBackendKind, ICanary.CanaryKind, IRollback.RollbackKind,
        IDeployStorefront.DeployStorefrontKind, IRollbackStorefront.RollbackStorefrontKind, IRelease.ReleaseKind,
        IMigrate.MigrateKind, IRevertMigrations.RevertMigrationsKind, IRestoreBackup.RestoreBackupKind,
    ];

    /// <param name="make">Makes it with what the target's component has.</param>
    public static PlanKind Of<T>(string name, Func<T, PlanRequest, Task<Plan>> make) where T : IHazFleet => new(name, (build, asked) => make((T)build, asked));

    /// <exception cref="OperationException">This program has none of this name (exit 2).</exception>
    public static PlanKind Named(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw OperationException.Configuration($"This program knows no operation {name}", "use the version of this program that began it");
}
