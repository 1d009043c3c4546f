using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>How a step ended.</summary>
/// <param name="Result">success, failure, skipped; of an action "stood in for" or "left out".</param>
/// <param name="Calls">What the program would have run, with --plan-only.</param>
internal sealed record StepResult(string Name, string Result, string? Run, IReadOnlyList<RunOrderAnswer> Calls);

/// <summary>How a job ended.</summary>
/// <param name="Result">success, failure, cancelled, skipped.</param>
internal sealed record JobResult(string Id, string Result, IReadOnlyList<StepResult> Steps, IReadOnlyDictionary<string, string> Outputs);

/// <summary>One job in a clean clone: its scripts in order, with what they say to their runner.</summary>
/// <param name="value">Contexts that all jobs share.</param>
/// <param name="artifacts">What jobs hand on to each other.</param>
internal sealed class JobRun(
    JobText job, string workflow, IReadOnlyDictionary<string, string> outer, Func<string, string?> value, HandedOn artifacts, CleanClone clone, string tracking, INarrator narrator)
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromHours(2);

    private readonly Dictionary<string, string?> _runner = RunnerEnvironment.Of(clone, workflow, job.Id, tracking);
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _outputs = [];
    private bool _failed;
    private bool _cancelled;

    /// <summary>Runs it to its end, also when that is interrupted: then, as on a runner, the script that runs is interrupted and ends by itself, and after it come the
    /// steps that want to know of a cancellation.</summary>
    public async Task<JobResult> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<StepResult>();
        foreach (var (step, index) in job.Steps.Select((step, index) => (step, index)))
            results.Add(await StepAsync(step, index, cancellationToken).ConfigureAwait(false));
        return new JobResult(job.Id, _cancelled ? "cancelled" : _failed ? "failure" : "success", results, job.Outputs.ToDictionary(pair => pair.Key, pair => Expression.Fill(pair.Value, Context(new Dictionary<string, string>()))));
    }

    private async Task<StepResult> StepAsync(StepText step, int index, CancellationToken cancellationToken)
    {
        var context = Context(step.Env);
        if (!Expression.IsTrue(step.If, context))
            return Said(step, "skipped", step.If is null ? "skipped: something before failed" : $"skipped: if {step.If}");
        if (step.Uses is { } uses)
        {
            var way = artifacts.StandInFor(uses, step.With, clone.Workspace);
            return Said(step, way is null ? "left out" : "stood in for", way ?? $"left out: {uses.Split('@')[0]} is GitHub's to run; {Instead(uses)}");
        }

        narrator.Say(job.Id, step.Name);
        var before = _cancelled;
        var (succeeded, lines) = await ScriptAsync(step, index, context, before ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
        _cancelled = cancellationToken.IsCancellationRequested;
        if (!succeeded && !step.ContinueOnError && before == _cancelled)
            _failed = true;
        var calls = RunOrderAnswer.Read(lines) is { } call ? new[] { call } : [];
        return new StepResult(step.Name, succeeded ? "success" : "failure", step.Run, calls);
    }

    private StepResult Said(StepText step, string result, string text)
    {
        narrator.Say(job.Id, $"{step.Name}: {text}");
        return new StepResult(step.Name, result, step.Run, []);
    }

    private static string Instead(string uses) => uses.Split('@')[0] switch
    {
        "actions/checkout" => "the clone stands here",
        "actions/setup-dotnet" or "actions/setup-node" or "pnpm/action-setup" => "this computer's programs, or the toolchain's, are used",
        "actions/cache" => "this user's cache is used",
        _ => "nothing stands in for it",
    };

    private async Task<(bool Succeeded, IReadOnlyList<string> Lines)> ScriptAsync(StepText step, int index, ExpressionContext context, CancellationToken interrupted)
    {
        var (script, output, variables) = (Runner($"{index}.sh"), Runner($"{index}.output"), Runner($"{index}.env"));
        await File.WriteAllTextAsync(script, Expression.Fill(step.Run!, context), CancellationToken.None).ConfigureAwait(false);
        foreach (var file in new[] { output, variables })
            await File.WriteAllTextAsync(file, "", CancellationToken.None).ConfigureAwait(false);
        var environment = new Dictionary<string, string?>(RunnerEnvironment.Foreign(Environment.GetEnvironmentVariables().Keys.Cast<string>()).Select(name => KeyValuePair.Create<string, string?>(name, null)));
        foreach (var (name, text) in _runner.Concat(Variables(step.Env, context).Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value))))
            environment[name] = text;
        environment["GITHUB_OUTPUT"] = output;
        environment["GITHUB_ENV"] = variables;

        string[] words = step.Shell == "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", script] : ["-e", script];
        var lines = new List<string>();
        using var interruption = interrupted.Register(() => Interruption.Forward(tracking));
        var run = await LocalProcess.RunAsync(new LocalCommand("bash", words)
        {
            WorkingDirectory = Path.GetFullPath(step.WorkingDirectory ?? ".", clone.Workspace),
            Environment = environment,
            Limit = StepLimit,
        }, Line, CancellationToken.None).ConfigureAwait(false);
        if (step.Id is { } id)
            _outputs[id] = RunnerFile.Read(await File.ReadAllTextAsync(output, CancellationToken.None).ConfigureAwait(false));
        foreach (var (name, text) in RunnerFile.Read(await File.ReadAllTextAsync(variables, CancellationToken.None).ConfigureAwait(false)))
            _variables[name] = text;
        if (!run.Succeeded)
            narrator.Warn(job.Id, $"{step.Name}: exit {run.ExitCode}{(step.ContinueOnError ? ", and goes on" : "")}");
        return (run.Succeeded, lines);

        void Line(string line)
        {
            lock (lines)
                lines.Add(line);
            narrator.Say(job.Id, $"| {line}");
        }
    }

    private string Runner(string name) => Path.Combine(clone.Temporary, $"step-{name}");

    /// <summary>The job's variables; what an earlier step said counts more, the step's own most.</summary>
    private Dictionary<string, string> Variables(IReadOnlyDictionary<string, string> own, ExpressionContext context)
    {
        var all = new Dictionary<string, string>();
        foreach (var (name, text) in outer.Concat(job.Env).Select(pair => KeyValuePair.Create(pair.Key, Expression.Fill(pair.Value, context)))
            .Concat(_variables).Concat(own.Select(pair => KeyValuePair.Create(pair.Key, Expression.Fill(pair.Value, context)))))
            all[name] = text;
        return all;
    }

    private ExpressionContext Context(IReadOnlyDictionary<string, string> own)
    {
        return new ExpressionContext(Value, _failed, _cancelled);

        string? Value(string path) => path.Split('.') switch
        {
            ["env", var name] => own.GetValueOrDefault(name) ?? _variables.GetValueOrDefault(name) ?? job.Env.GetValueOrDefault(name) ?? outer.GetValueOrDefault(name),
            ["steps", var id, "outputs", var name] => _outputs.GetValueOrDefault(id)?.GetValueOrDefault(name),
            ["github" or "runner", _] => RunnerEnvironment.Context(path, _runner) ?? throw OperationException.Configuration($"RunWorkflow does not know {path}"),
            _ => value(path),
        };
    }
}
