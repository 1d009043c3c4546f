using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>A change of the backend on main: built once, put on staging, then by canary on production, when its environment's approval was given.</summary>
internal sealed class DeployBackendAttribute() : PipelineAttribute("deploy-backend")
{
    protected override Workflow Pipeline => new("deploy-backend", new WorkflowTriggers { PushPaths = ["packages/medusa-backend/**"], Inputs = [] },
        Parts.Build,
        Parts.Change("staging", "staging", 45, Parts.Artifact,
            Parts.Act($"{nameof(IDeployBackend.DeployBackend)} --artifact \"$DIGEST\" --wait 20m", "staging", Parts.Digest, Parts.Token)) with
        { Needs = ["build"] },
        Parts.Change("production", "production", 90, Parts.Artifact,
            Parts.Act($"{nameof(ICanary.Canary)} --artifact \"$DIGEST\" --wait 20m", "production", Parts.Digest, Parts.Token)) with
        { Needs = ["build", "staging"], Permissions = Parts.Publishing });
}
