namespace Nuke.Common.CI;

/// <summary>A host that builds on its own, without a person at it.</summary>
public interface IBuildServer
{
    string Branch { get; }

    string Commit { get; }
}
