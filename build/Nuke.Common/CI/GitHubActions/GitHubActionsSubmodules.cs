namespace Nuke.Common.CI.GitHubActions;

/// <summary>Whether a checkout takes submodules along.</summary>
public enum GitHubActionsSubmodules
{
    False,
    True,
    Recursive
}
