using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>The newest backup of production is restored and compared every week.</summary>
internal sealed class RestoreDrillAttribute() : PipelineAttribute("restore-drill")
{
    protected override Workflow Pipeline => new("restore-drill", new WorkflowTriggers { Cron = "41 4 * * 0", Inputs = [] },
        BackupAttribute.Nightly("production", Parts.Act(nameof(IRestoreDrill.RestoreDrill), "production")));
}
