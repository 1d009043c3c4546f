using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>A change of the storefront on main: built once, each environment's bundle beside the other; put on staging, then on production, when its environment's
/// approval was given.</summary>
internal sealed class DeployStorefrontAttribute() : PipelineAttribute("deploy-storefront")
{
    protected override Workflow Pipeline => new("deploy-storefront", new WorkflowTriggers { PushPaths = ["apps/storefront/**"], Inputs = [] },
        Parts.BuildFor("staging", "production"),
        Deploy("staging") with { Needs = ["build"] },
        Deploy("production") with { Needs = ["build", "staging"], Permissions = Parts.Publishing });

    /// <summary>wrangler runs on the pinned Node.</summary>
    private static WorkflowJob Deploy(string environment) => Parts.Change(environment, environment, 45, [Parts.Cloudflare],
    [
        .. Parts.Store, Parts.Artifact,
        Parts.Act($"{nameof(IDeployStorefront.DeployStorefront)} --artifact \"$DIGEST\" --wait 20m", environment, Parts.DigestOf(environment), Parts.Token, Parts.Cloudflare),
    ]);
}
