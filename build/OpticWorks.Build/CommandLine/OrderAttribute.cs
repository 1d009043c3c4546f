using Nuke.Common.Execution;
using OpticWorks.Build.Output;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.CommandLine;

/// <summary>
/// Answers --order-only: what would run, in which order, made of what; nothing runs. Two machines that give the same answer would do the same, which is how a
/// workflow is compared with the command of a laptop.
/// </summary>
internal sealed class OrderAttribute : BuildExtensionAttributeBase, IOnBuildInitialized
{
    /// <summary>After the check of everything that was typed, and after those that answer anyway.</summary>
    public override float Priority { get; set; } = -20;

    public void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        if (((IHazOperations)Build).OrderOnly != true)
            return;
        try
        {
            // As the engine does it: what its conditions exclude before the start is not run.
            var targets = executionPlan.Where(target => target.StaticConditions.All(condition => condition.Item2())).Select(target => target.Name).ToArray();
            var inputs = ((IHazInputs)Build).InputDigestsAsync(targets, CancellationToken.None).GetAwaiter().GetResult();
            Session.Data["order"] = new RunOrderAnswer(targets, inputs);
            if (targets.Contains(nameof(IBuild.Build)))
                Session.Data["artifact"] = new { Digest = $"inputs-{string.Join('-', inputs.Where(pair => pair.Key is "backend" or "layer" || pair.Key.StartsWith("storefront", StringComparison.Ordinal)).Select(pair => pair.Value[..12]))}" };
            EarlyEnd.Answer(Build, executionPlan, RunOrderAnswer.Text(targets, inputs), ExecutionStatus.NotRun);
        }
        catch (OperationException e)
        {
            EarlyEnd.Refuse(Build, executionPlan, e);
        }
    }
}

/// <summary>What would run.</summary>
/// <param name="Targets">In the order in which they would run.</param>
/// <param name="Inputs">SHA-256 of what they are made of, by name.</param>
internal sealed record RunOrderAnswer(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Inputs)
{
    private const string Order = "order     ";
    private const string Input = "input     ";

    public static string Text(IReadOnlyList<string> targets, IReadOnlyDictionary<string, string> inputs) =>
        $"{Order}{string.Join(", ", targets)}\n{string.Concat(inputs.Select(pair => $"{Input}{pair.Value}  {pair.Key}\n"))}";

    /// <summary>The answer in what a program wrote; null: it holds none.</summary>
    public static RunOrderAnswer? Read(IEnumerable<string> lines)
    {
        var known = lines.Where(line => line.StartsWith(Order, StringComparison.Ordinal) || line.StartsWith(Input, StringComparison.Ordinal)).ToArray();
        return known.FirstOrDefault(line => line.StartsWith(Order, StringComparison.Ordinal)) is { } order
            ? new RunOrderAnswer(order[Order.Length..].Split(", ", StringSplitOptions.RemoveEmptyEntries),
                known.Where(line => line.StartsWith(Input, StringComparison.Ordinal)).Select(line => line[Input.Length..].Split("  ", 2)).ToDictionary(words => words[1], words => words[0]))
            : null;
    }
}
