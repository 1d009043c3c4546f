using Nuke.Common.Execution;
using OpticWorks.Build.Completions;
using OpticWorks.Build.Explanations;
using OpticWorks.Build.Output;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.CommandLine;

/// <summary>Answers the targets whose answer is all of their output, so that it can be redirected: Explain and Completion.</summary>
internal sealed class AnswerAttribute : BuildExtensionAttributeBase, IOnBuildInitialized
{
    /// <summary>After the check of everything that was typed.</summary>
    public override float Priority { get; set; } = -10;

    public void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        try
        {
            if (executionPlan.FirstOrDefault(target => target.Name is nameof(IExplain.Explain) or nameof(ICompletion.Completion)) is not { } asked)
                return;
            if (executionPlan.FirstOrDefault(target => target != asked) is { } other)
                throw Alone(asked, other);
            EarlyEnd.Answer(Build, executionPlan, asked.Name == nameof(IExplain.Explain) ? Explanation(executableTargets) : Script());
        }
        catch (OperationException e)
        {
            EarlyEnd.Refuse(Build, executionPlan, e);
        }
    }

    private string Explanation(IReadOnlyCollection<ExecutableTarget> targets)
    {
        var explanation = TargetExplanation.Of(targets, ((IExplain)Build).Of);
        Session.Data["explanation"] = explanation;
        return explanation.Text();
    }

    private string Script()
    {
        var script = CompletionScript.For(((ICompletion)Build).Shell);
        Session.Data["script"] = script;
        return script;
    }

    private static OperationException Alone(ExecutableTarget asked, ExecutableTarget other) =>
        new($"{asked.Name} runs alone: nothing was run, {other.Name} neither", ExitCodes.Engine)
        {
            Next = asked.Name == nameof(IExplain.Explain) ? $"./build.sh Explain --of {other.Name}" : "./build.sh Completion --shell bash",
        };
}
