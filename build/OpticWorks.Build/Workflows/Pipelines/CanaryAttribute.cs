using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>A release that was deployed before, put through the canary again by a person.</summary>
internal sealed class CanaryAttribute() : PipelineAttribute("canary")
{
    private const string Environment = "${{ inputs.environment }}";

    protected override Workflow Pipeline => new("canary",
        new WorkflowTriggers { Inputs = [Parts.Environment, new WorkflowInput("release", "The release, as Releases shows it") { Required = true }] },
        Parts.Change("canary", Environment, 90,
            Parts.Act($"{nameof(ICanary.Canary)} --release \"$INPUT_RELEASE\"", Environment, ("INPUT_RELEASE", "${{ inputs.release }}"), Parts.Token)) with
        { Permissions = Parts.Publishing });
}
