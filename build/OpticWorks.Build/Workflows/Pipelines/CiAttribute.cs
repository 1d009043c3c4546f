using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>Every change: the store builds and passes, its migrations are judged, this suite passes, the workflows are those of the program.</summary>
internal sealed class CiAttribute() : PipelineAttribute("ci")
{
    protected override Workflow Pipeline => new("ci", new WorkflowTriggers { Changes = true },
        new WorkflowJob("store",
        [
            .. Parts.Program, .. Parts.Store,
            Parts.Run($"{nameof(IRestore.Restore)} {nameof(IBuild.Build)} {nameof(ITest.Test)}"),
            // A step of its own: the store's scripts before it get no token. A pull request from a fork gets one that may only read, and then no comment.
            Parts.Run(nameof(ILintMigrations.LintMigrations), Parts.Token),
        ])
        {
            TimeoutMinutes = 30,
            Permissions = Parts.Map(("contents", "read"), ("pull-requests", "write"), ("statuses", "write")),
        },
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
