using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>A backup of production every night, verified by restoring it; fails when no verified one is fresh afterwards.</summary>
internal sealed class BackupAttribute() : PipelineAttribute("backup")
{
    protected override Workflow Pipeline => new("backup", new WorkflowTriggers { Cron = "17 3 * * *", Inputs = [] },
        Nightly("production",
            Parts.Act(nameof(IBackup.Backup), "production"),
            Parts.Act(nameof(IRestoreDrill.RestoreDrill), "production"),
            Parts.Act(nameof(IPruneBackups.PruneBackups), "production"),
            // Also after a backup that failed: it is this step that tells people of a stale one.
            Parts.Act(nameof(IListBackups.ListBackups), "production") with { If = "!cancelled()" }));

    /// <summary>It takes no lease and has no journal, so nothing is taken back.</summary>
    internal static WorkflowJob Nightly(string environment, params IReadOnlyList<WorkflowStep> steps) => new(environment, [.. Parts.Program, Parts.Ssh(environment), .. steps])
    {
        TimeoutMinutes = 120,
        Environment = environment,
        Concurrency = $"opticworks-backups-{environment}",
    };
}
