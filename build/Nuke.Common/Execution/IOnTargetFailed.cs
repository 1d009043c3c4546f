namespace Nuke.Common.Execution;

/// <summary>Called after the error of a target was logged.</summary>
public interface IOnTargetFailed : IBuildExtension
{
    void OnTargetFailed(ExecutableTarget target);
}
