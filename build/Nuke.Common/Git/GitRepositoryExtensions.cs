using Nuke.Common.Utilities;

namespace Nuke.Common.Git;

/// <summary>What the name of the branch says, by the conventions of git-flow.</summary>
public static class GitRepositoryExtensions
{
    public static bool IsOnMainOrMasterBranch(this GitRepository repository) => repository.IsOnMainBranch() || repository.IsOnMasterBranch();

    public static bool IsOnMasterBranch(this GitRepository repository) => repository.Branch.EqualsOrdinalIgnoreCase("master");

    public static bool IsOnMainBranch(this GitRepository repository) => repository.Branch.EqualsOrdinalIgnoreCase("main");

    public static bool IsOnDevelopBranch(this GitRepository repository) =>
        IsOn(repository, "dev") || IsOn(repository, "develop") || IsOn(repository, "development");

    public static bool IsOnFeatureBranch(this GitRepository repository) => IsBelow(repository, "feature") || IsBelow(repository, "features");

    public static bool IsOnReleaseBranch(this GitRepository repository) => IsBelow(repository, "release") || IsBelow(repository, "releases");

    public static bool IsOnHotfixBranch(this GitRepository repository) => IsBelow(repository, "hotfix") || IsBelow(repository, "hotfixes");

    private static bool IsOn(GitRepository repository, string branch) => repository.Branch.EqualsOrdinalIgnoreCase(branch);

    private static bool IsBelow(GitRepository repository, string folder) => repository.Branch?.StartsWithOrdinalIgnoreCase($"{folder}/") == true;
}
