using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>Back to the previous good release, or to a named one.</summary>
internal sealed class RollbackAttribute() : PipelineAttribute("rollback")
{
    private const string Environment = "${{ inputs.environment }}";

    protected override Workflow Pipeline => new("rollback",
        new WorkflowTriggers
        {
            Inputs =
            [
                Parts.Environment,
                new WorkflowInput("reason", "Why; it goes into the audit") { Required = true },
                new WorkflowInput("to", "The release to go to; empty: the newest good one before the current"),
                new WorkflowInput("unproved", "Go to a release that was not seen to run against today's database", "refuse", "accept") { Required = true },
            ],
        },
        // A group of its own: in a deployment's it would wait for a canary, and a newer deployment would push it out of the queue. The lease excludes.
        // Storefront and backend go back together where they are one release, so wrangler and its token are there.
        Parts.Change("rollback", Environment, 30, [Parts.Cloudflare],
        [
            .. Parts.Store,
            Parts.Act(
                $"{nameof(IRollback.Rollback)} --wait 10m --reason \"$INPUT_REASON\" ${{INPUT_TO:+--to \"$INPUT_TO\"}} $([ \"$INPUT_UNPROVED\" != accept ] || echo --accept-unproved)",
                Environment,
                ("INPUT_REASON", "${{ inputs.reason }}"), ("INPUT_TO", "${{ inputs.to }}"), ("INPUT_UNPROVED", "${{ inputs.unproved }}"), Parts.Token, Parts.Cloudflare),
        ]) with
        { Concurrency = $"opticworks-rollback-{Environment}" });
}
