using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>A workflow on this computer: its jobs one after another in the order of their needs, each in a clean clone of its own.</summary>
/// <param name="planOnly">The program answers what it would run (--order-only) instead of running it; everything else of the scripts runs.</param>
internal sealed class WorkflowRun(
    WorkflowText workflow, IReadOnlyDictionary<string, string> inputs, StandIns secrets, string root, bool planOnly, INarrator narrator)
{
    private readonly Dictionary<string, JobResult> _done = [];

    /// <param name="only">One job; null: all.</param>
    /// <param name="requireEnvironment">Called with job and environment before any script of a job that has one; throws when it may not run.</param>
    public async Task<IReadOnlyList<JobResult>> RunAsync(string? only, Action<string, string> requireEnvironment, CancellationToken cancellationToken)
    {
        var jobs = JobOrder.Of(workflow.Jobs, only);
        foreach (var job in jobs)
        {
            if (job.Environment is { } environment)
                requireEnvironment(job.Id, Expression.Fill(environment, Context(job)));
        }

        if (await CleanClone.UncommittedAsync(root, cancellationToken).ConfigureAwait(false) is var count and > 0)
            narrator.Warn("clone", $"{count} {(count == 1 ? "file differs" : "files differ")} from the last commit, which is what runs");
        var kept = Directory.CreateTempSubdirectory("ow-artifacts-");
        try
        {
            foreach (var job in jobs)
            {
                _done[job.Id] = await JobAsync(job, new HandedOn(kept.FullName), cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            kept.Delete(recursive: true);
        }

        return [.. jobs.Select(job => _done[job.Id])];
    }

    private async Task<JobResult> JobAsync(JobText job, HandedOn artifacts, CancellationToken cancellationToken)
    {
        var context = Context(job);
        if (!Expression.IsTrue(job.If, context))
        {
            narrator.Say(job.Id, "skipped");
            return new JobResult(job.Id, "skipped", [], new Dictionary<string, string>());
        }

        using var clone = await CleanClone.OfAsync(root, cancellationToken).ConfigureAwait(false);
        narrator.Say(job.Id, $"in a clean clone of {clone.Commit[..Math.Min(7, clone.Commit.Length)]}");
        if (planOnly)
            PlannedProgram.PutInto(clone.Workspace);
        var tracking = $"opticworks-{Guid.NewGuid():n}";
        try
        {
            return await new JobRun(job, workflow.Name, workflow.Env, context.Value, artifacts, clone, tracking, narrator).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A private ssh-agent, or whatever else a script left behind.
            var left = new MarkedProcesses(RunnerEnvironment.Tracking, tracking).Find();
            await MarkedProcesses.SignalAsync("TERM", left).ConfigureAwait(false);
        }
    }

    private ExpressionContext Context(JobText job) => new(path => path.Split('.') switch
    {
        ["inputs", var name] => inputs.GetValueOrDefault(name),
        ["secrets", var name] => secrets.Values.GetValueOrDefault(name),
        // A job that was not asked for has no outputs here; its place is named, so that nothing passes for a real one.
        ["needs", var id, "outputs", var name] => _done.TryGetValue(id, out var done) ? done.Outputs.GetValueOrDefault(name) : $"{id}-was-not-run",
        ["needs", var id, "result"] => _done.TryGetValue(id, out var done) ? done.Result : "success",
        ["env", var name] => workflow.Env.GetValueOrDefault(name),
        _ => throw OperationException.Configuration($"RunWorkflow does not know {path}"),
    }, Failed: job.Needs.Any(need => _done.TryGetValue(need, out var done) && done.Result != "success"));
}
