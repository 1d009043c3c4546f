namespace Nuke.Common.Execution;

/// <summary>Called at the turn of a target that is skipped.</summary>
public interface IOnTargetSkipped : IBuildExtension
{
    void OnTargetSkipped(ExecutableTarget target);
}
