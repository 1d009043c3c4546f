namespace Nuke.Common.Execution;

/// <summary>Takes part in the run; those with a higher priority are called first, the build's own methods last.</summary>
public interface IBuildExtension
{
    float Priority { get; }
}
