namespace Nuke.Common.Execution;

/// <summary>Called when the plan exists. Plan and help are handled at the priorities 10 and 5.</summary>
public interface IOnBuildInitialized : IBuildExtension
{
    void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan);
}
