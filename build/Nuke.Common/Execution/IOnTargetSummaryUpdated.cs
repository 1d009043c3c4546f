namespace Nuke.Common.Execution;

/// <summary>Called when the summary entries of a target changed.</summary>
public interface IOnTargetSummaryUpdated : IBuildExtension
{
    void OnTargetSummaryUpdated(INukeBuild build, ExecutableTarget target);
}
