using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Workflows.Running;
using OpticWorks.Operations;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "RunWorkflow --file .github/workflows/ci.yml --job store",
    Effects = "What the workflow's scripts do, in clean clones of this checkout's last commit that are removed afterwards; with --plan-only nothing else",
    Needs = "git, bash and what the workflow's targets need. A job with an environment runs only when --environment names the same one, and --confirm where it is protected",
    Undo = "Nothing to undo beyond what the targets do; their own undo is the workflow's last step")]
internal interface IRunWorkflow : IHazEnvironment
{
    [Parameter("The workflow's file, for example .github/workflows/ci.yml")]
    [CommandLineOnly]
    string? File => TryGetValue(() => File);

    [Parameter("Only this job, and not those that it needs. Default: all, in the order of their needs")]
    [CommandLineOnly]
    string? Job => TryGetValue(() => Job);

    [Parameter("What a person would type when starting the workflow: NAME=VALUE, several with spaces")]
    [CommandLineOnly]
    string[]? Inputs => TryGetValue(() => Inputs);

    [Parameter("A file with a line NAME=VALUE for each secret; those that it lacks have stand-ins that open nothing")]
    [CommandLineOnly]
    string? SecretsFile => TryGetValue(() => SecretsFile);

    Target RunWorkflow => _ => _
        .Description("Run a workflow's scripts here, in a clean clone; --plan-only shows what its commands would run")
        .Requires(() => File)
        .Executes(() => Run(RunWorkflowAsync));

    private async Task RunWorkflowAsync(CancellationToken cancellationToken)
    {
        var workflow = WorkflowText.Read(Path.GetFullPath(File!, RootDirectory));
        var inputs = WorkflowInputs.Of(workflow, Inputs ?? []);
        var secrets = await StandIns.ReadAsync(workflow, SecretsFile is null ? null : Path.GetFullPath(SecretsFile, RootDirectory), cancellationToken).ConfigureAwait(false);
        foreach (var (name, value) in secrets.Given)
            Session.Scrubber.Add(name, value);
        var run = new WorkflowRun(workflow, inputs, secrets, RootDirectory, PlanOnly == true, Narrator);
        var jobs = await run.RunAsync(Job, RequireEnvironment, cancellationToken).ConfigureAwait(false);
        Session.Data["jobs"] = jobs;
        if (jobs.FirstOrDefault(job => job.Result == "failure") is { } failed)
        {
            throw new OperationException($"The job {failed.Id} of {workflow.Name} failed", ExitCodes.Engine)
            { Where = File, Seen = failed.Steps.FirstOrDefault(step => step.Result == "failure")?.Name };
        }
    }

    /// <summary>Scripts of a job with an environment change that environment, whoever runs them.</summary>
    private void RequireEnvironment(string job, string environment)
    {
        if (PlanOnly == true)
            return;
        if (EnvironmentName != environment)
            throw OperationException.Preflight($"The job {job} acts on {environment}", $"--environment {environment}, or --plan-only, or --job with another one");
        RequireConfirmation(LoadEnvironment());
    }
}
