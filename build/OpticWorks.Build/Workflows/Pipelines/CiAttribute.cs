using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>Every change: the store builds and passes, its migrations are judged, this suite passes, the workflows are those of the program.</summary>
internal sealed class CiAttribute() : PipelineAttribute("ci")
{
    protected override Workflow Pipeline => new("ci", new WorkflowTriggers { Changes = true },
        new WorkflowJob("store",
        [
            .. Parts.Program, .. Parts.Store,
            Parts.Run($"{nameof(IRestore.Restore)} {nameof(IBuild.Build)} {nameof(ITest.Test)} {nameof(ILintMigrations.LintMigrations)}"),
        ])
        { TimeoutMinutes = 30 },
        new WorkflowJob("suite",
        [
            .. Parts.Program,
            Parts.Run($"{nameof(IWorkflows.Workflows)} --check"),
            Parts.Run(nameof(ISelfTest.SelfTest)),
        ])
        { TimeoutMinutes = 60 })
    {
        Concurrency = "ci-${{ github.ref }}",
        CancelOlder = true,
    };
}
