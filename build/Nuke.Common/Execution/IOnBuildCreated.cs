namespace Nuke.Common.Execution;

/// <summary>Called when the build exists, before the header, the plan and the help.</summary>
public interface IOnBuildCreated : IBuildExtension
{
    void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets);
}
