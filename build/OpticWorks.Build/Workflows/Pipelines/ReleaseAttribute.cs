using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Workflows.Pipelines;

/// <summary>Storefront and backend as one release, when a person says so: built once for the environment that was chosen, and put there when its approval was given.</summary>
internal sealed class ReleaseAttribute() : PipelineAttribute("release")
{
    private const string Environment = "${{ inputs.environment }}";

    /// <summary>The choice that leaves it to the environment's file.</summary>
    private const string Usual = "usual";

    protected override Workflow Pipeline => new("release",
        new WorkflowTriggers
        {
            Inputs =
            [
                Parts.Environment,
                new WorkflowInput("reason", "Why; it goes into the audit") { Required = true },
                new WorkflowInput("steps", "Shares of traffic in percent; usual: as the environment's file says", Usual, "10,50,100", "1,10,50,100", "50,100") { Required = true },
                new WorkflowInput("dwell", "The least time of each step; usual: as the environment's file says", Usual, "1m", "3m", "10m", "30m") { Required = true },
                new WorkflowInput("mode", "Release, or only show the plan", "release", "plan") { Required = true },
            ],
        },
        Parts.BuildFor(Environment),
        Parts.Change("release", Environment, 180, [Parts.Cloudflare],
        [
            .. Parts.Store, Parts.Artifact,
            Parts.Act(
                $"{nameof(IRelease.Release)} --artifact \"$DIGEST\" --wait 20m --reason \"$INPUT_REASON\" {Unless(Usual, "INPUT_STEPS", "--steps")} {Unless(Usual, "INPUT_DWELL", "--dwell")} "
                + "$([ \"$INPUT_MODE\" != plan ] || echo --plan-only)",
                Environment, Parts.DigestOf(Environment),
                ("INPUT_REASON", "${{ inputs.reason }}"), ("INPUT_STEPS", "${{ inputs.steps }}"), ("INPUT_DWELL", "${{ inputs.dwell }}"), ("INPUT_MODE", "${{ inputs.mode }}"),
                Parts.Token, Parts.Cloudflare),
        ]) with
        { Needs = ["build"], Permissions = Parts.Publishing });

    /// <summary>An option with a variable's value, unless that is the word.</summary>
    private static string Unless(string word, string variable, string option) => $"$([ \"${variable}\" = {word} ] || echo {option} \"${variable}\")";
}
