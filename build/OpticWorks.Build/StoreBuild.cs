using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Targets;
using OpticWorks.Build.Workflows.Pipelines;

namespace OpticWorks.Build;

/// <summary>The build of the store: every target is a component interface in Targets/.</summary>
[GroupedHelp]
[InputCheck]
[Answer]
[Order]
[Outcome]
[Ci]
[DeployBackend]
[DeployStorefront]
[Release]
[Canary]
[Rollback]
[Backup]
[RestoreDrill]
[DisableDefaultOutput(DefaultOutput.Logo)]
internal sealed class StoreBuild : NukeBuild,
    IRehearse, ISelfTest, IExplain, ICompletion, IWorkflows, IRunWorkflow, IHazInputs,
    IRestore, IBuild, ITest, IDeployBackend, ICanary, IPromote, IPause, IAbort, IRollback, IDeployStorefront, IRollbackStorefront, ISyncImages, IRelease,
    IMigrationStatus, IMigrate, IRevertMigrations, ILintMigrations,
    IBackup, IListBackups, IVerifyBackup, IRestoreDrill, IDownloadBackup, IRestoreBackup, IPruneBackups,
    IHealth, ILogs, IReleases, IStorefrontVersions, IResume, IUnlock, IFreeze, IThaw, IAudit, IMaintenance,
    ILocalUp, ILocalDown, ILocalStatus, IProvision, IToolchain
{
    public static int Main(string[] arguments)
    {
        ScrubbedConsole.Install(Session.Scrubber);
        StandardOutput.Prepare(arguments);
        CommandLineOnlyGuard.RemoveAmbient(typeof(StoreBuild));
        Session.TakeGitHubToken();
        return Execute<StoreBuild>();
    }
}
