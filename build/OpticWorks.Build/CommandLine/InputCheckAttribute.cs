using Nuke.Common.Execution;
using OpticWorks.Build.Output;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.CommandLine;

/// <summary>
/// Looks at everything that was typed before any target runs: the environment's file as a whole, the store's folder, the output
/// form, the confirmation. What is wrong ends the program here, with nothing begun.
/// </summary>
internal sealed class InputCheckAttribute : BuildExtensionAttributeBase, IOnBuildInitialized
{
    public void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        try
        {
            Check(executionPlan);
        }
        catch (OperationException e)
        {
            EarlyEnd.Refuse(Build, executionPlan, e);
        }
    }

    private void Check(IReadOnlyCollection<ExecutableTarget> plan)
    {
        CommandLineOnlyGuard.CheckFiles(Build.GetType(), Build.RootDirectory);
        var build = (IHazOperations)Build;
        if (build.Output is not (null or "text" or "json"))
            throw new OperationException($"\"{build.Output}\" is not a form of output", ExitCodes.Engine) { Next = "--output text, or --output json" };

        var environments = (IHazEnvironment)Build;
        var name = environments.EnvironmentInPlan;
        if (name is null && plan.FirstOrDefault(target => target.Invoked && NeedsEnvironment(target)) is { } needy)
        {
            throw new OperationException($"{needy.Name} needs an environment", ExitCodes.Engine)
            {
                Next = $"./build.sh {needy.Name} --environment {string.Join('|', EnvironmentFile.Names(Build.RootDirectory))}",
            };
        }

        // The local environment's file has addresses that LocalUp chooses; it is read when they are known.
        if (name is not (null or "local"))
        {
            var environment = environments.LoadEnvironment();
            if (environments.PlanOnly != true && plan.Any(target => PurposeAttribute.Of(target)?.ChangesEnvironment == true))
                environments.RequireConfirmation(environment);
        }

        if (plan.Any(target => target.Name is nameof(IRestore.Restore)))
            _ = ((IHazStore)Build).Store;
    }

    private static bool NeedsEnvironment(ExecutableTarget target) =>
        target.DelegateRequirements.Any(requirement => requirement.ToString().Contains(nameof(IHazEnvironment.EnvironmentName), StringComparison.Ordinal));
}
