#pragma warning disable CS0169 // The engine assigns the parameters.
using Nuke.Common.CI.GitHubActions;

namespace Nuke.Common.Tests.Builds;

[GitHubActions(
    "full name",
    GitHubActionsImage.UbuntuLatest,
    GitHubActionsImage.WindowsLatest,
    OnPushBranches = ["main", "release/*"],
    OnPushTags = ["v*"],
    OnPushIncludePaths = ["src/**"],
    OnPushExcludePaths = ["docs/**"],
    OnPullRequestBranches = ["main"],
    OnPullRequestIncludePaths = ["src/**"],
    OnWorkflowDispatchOptionalInputs = ["DryRun"],
    OnWorkflowDispatchRequiredInputs = ["TargetEnvironment"],
    OnCronSchedule = "0 4 * * 1",
    InvokedTargets = [nameof(Pack), nameof(Push)],
    ImportSecrets = [nameof(NuGetApiKey), "DOCKER_TOKEN"],
    EnableGitHubToken = true,
    WritePermissions = [GitHubActionsPermissions.Packages, GitHubActionsPermissions.IdToken],
    ReadPermissions = [GitHubActionsPermissions.Contents],
    CacheExcludePatterns = ["~/.nuget/packages/mine"],
    PublishCondition = "always()",
    TimeoutMinutes = 30,
    EnvironmentName = "production",
    EnvironmentUrl = "https://x.example",
    ConcurrencyGroup = "grp",
    ConcurrencyCancelInProgress = true,
    JobConcurrencyCancelInProgress = true,
    Submodules = GitHubActionsSubmodules.Recursive,
    Lfs = true,
    FetchDepth = 0,
    Progress = false,
    Filter = "tree:0")]
[GitHubActions(
    "short",
    GitHubActionsImage.Ubuntu2204,
    On = [GitHubActionsTrigger.Push, GitHubActionsTrigger.PullRequest, GitHubActionsTrigger.WorkflowDispatch],
    InvokedTargets = [nameof(Pack)],
    CacheKeyFiles = [],
    PublishArtifacts = false,
    EnvironmentName = "dev",
    JobConcurrencyGroup = "jg",
    AutoGenerate = false)]
internal sealed class WithWorkflows : NukeBuild
{
    [Parameter, Secret] readonly string NuGetApiKey;

    Target Pack => _ => _
        .Produces(RootDirectory / "artifacts" / "packages" / "*.nupkg", RootDirectory / "artifacts" / "report.html")
        .Executes(() => { });

    Target Push => _ => _.DependsOn(Pack).Executes(() => { });

    public static int Run() => Execute<WithWorkflows>(x => x.Pack);
}

[GitHubActions("x", GitHubActionsImage.UbuntuLatest, On = [GitHubActionsTrigger.Push], OnPushBranches = ["main"], InvokedTargets = ["A"])]
internal sealed class WithBothTriggers : NukeBuild
{
    Target A => _ => _.Executes(() => { });

    public static int Run() => Execute<WithBothTriggers>(x => x.A);
}

[GitHubActions("x", GitHubActionsImage.UbuntuLatest, InvokedTargets = ["A"])]
internal sealed class WithoutTrigger : NukeBuild
{
    Target A => _ => _.Executes(() => { });

    public static int Run() => Execute<WithoutTrigger>(x => x.A);
}

[GitHubActions("x", GitHubActionsImage.UbuntuLatest, OnPushBranches = ["main"], OnPushBranchesIgnore = ["x"], InvokedTargets = ["A"])]
internal sealed class WithContradiction : NukeBuild
{
    Target A => _ => _.Executes(() => { });

    public static int Run() => Execute<WithContradiction>(x => x.A);
}
