namespace Nuke.Common.Execution;

/// <summary>Answers <c>--help</c>, and runs without any target.</summary>
internal sealed class HandleHelpRequests(NukeBuild build) : IOnBuildInitialized
{
    public float Priority => 5;

    public void OnBuildInitialized(
        IReadOnlyCollection<ExecutableTarget> executableTargets,
        IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        if (!build.Help && executionPlan.Count > 0)
            return;
        Console.Out.Write(HelpText.Of(build));
        build.Extensions.Answer();
    }
}
