namespace Nuke.Common.Execution;

/// <summary>Called after the summary was written.</summary>
public interface IOnBuildFinished : IBuildExtension
{
    void OnBuildFinished();
}
