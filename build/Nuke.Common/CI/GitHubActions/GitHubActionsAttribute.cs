using Nuke.Common.CI.GitHubActions.Configuration;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>
/// A workflow of GitHub Actions, generated from the targets it runs: <c>.github/workflows/name.yml</c>, one job for each image. What it
/// does not know is added by overriding <see cref="GetJobs"/>, <see cref="GetConfiguration"/>, <see cref="GetImports"/> or
/// <see cref="GetTriggers"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public partial class GitHubActionsAttribute : ConfigurationAttributeBase
{
    private readonly string _name;
    private readonly GitHubActionsImage[] _images;

    public GitHubActionsAttribute(string name, GitHubActionsImage image, params GitHubActionsImage[] images)
    {
        _name = name.Replace(' ', '_');
        _images = [image, .. images];
    }

    public override string IdPostfix => _name;

    public override Type HostType => typeof(GitHubActions);

    public override AbsolutePath ConfigurationFile => NukeBuild.RootDirectory / ".github" / "workflows" / $"{_name}.yml";

    public override IEnumerable<AbsolutePath> GeneratedFiles => [ConfigurationFile];

    public override IEnumerable<string> RelevantTargetNames => InvokedTargets;

    public override IEnumerable<string> IrrelevantTargetNames => [];

    public override CustomFileWriter CreateWriter(StreamWriter streamWriter) => new(streamWriter, indentationFactor: 2, commentPrefix: "# ");

    public override ConfigurationEntity GetConfiguration(IReadOnlyCollection<ExecutableTarget> relevantTargets)
    {
        var configuration = new GitHubActionsConfiguration
        {
            Name = _name,
            ShortTriggers = On,
            DetailedTriggers = [.. GetTriggers()],
            Permissions =
            [
                .. WritePermissions.Select(permission => (permission, "write")),
                .. ReadPermissions.Select(permission => (permission, "read"))
            ],
            ConcurrencyGroup = ConcurrencyGroup,
            ConcurrencyCancelInProgress = ConcurrencyCancelInProgress,
            Jobs = [.. _images.Select(image => GetJobs(image, relevantTargets))]
        };

        Assert.True(
            configuration.ShortTriggers.Length == 0 || configuration.DetailedTriggers.Length == 0,
            "Workflows can only define either shorthand 'On' or 'On*' triggers");
        Assert.True(
            configuration.ShortTriggers.Length > 0 || configuration.DetailedTriggers.Length > 0,
            "Workflows must define either shorthand 'On' or 'On*' triggers");
        return configuration;
    }

    /// <summary>The job of one image.</summary>
    protected virtual GitHubActionsJob GetJobs(GitHubActionsImage image, IReadOnlyCollection<ExecutableTarget> relevantTargets) => new()
    {
        Name = image.GetValue().Replace('.', '_'),
        Image = image,
        TimeoutMinutes = TimeoutMinutes,
        ConcurrencyGroup = JobConcurrencyGroup,
        ConcurrencyCancelInProgress = JobConcurrencyCancelInProgress,
        EnvironmentName = EnvironmentName,
        EnvironmentUrl = EnvironmentUrl,
        Steps = [.. GetSteps(relevantTargets)]
    };

    /// <summary>The variables of the run step and their values.</summary>
    protected virtual IEnumerable<(string Key, string Value)> GetImports()
    {
        foreach (var input in OnWorkflowDispatchOptionalInputs.Concat(OnWorkflowDispatchRequiredInputs))
            yield return (input, $"${{{{ github.event.inputs.{input} }}}}");
        foreach (var secret in ImportSecrets)
            yield return (secret, $"${{{{ secrets.{ValueInjection.ParameterName.Variable(secret)} }}}}");
        if (EnableGitHubToken)
            yield return ("GITHUB_TOKEN", "${{ secrets.GITHUB_TOKEN }}");
    }

    /// <summary>The triggers with conditions.</summary>
    protected virtual IEnumerable<GitHubActionsDetailedTrigger> GetTriggers()
    {
        Assert.True(
            (OnPushBranches.Length == 0 && OnPushTags.Length == 0) || (OnPushBranchesIgnore.Length == 0 && OnPushTagsIgnore.Length == 0),
            "Cannot use OnPushBranches/OnPushTags and OnPushBranchesIgnore/OnPushTagsIgnore in combination");

        var push = new GitHubActionsVcsTrigger
        {
            Kind = GitHubActionsTrigger.Push,
            Branches = OnPushBranches,
            BranchesIgnore = OnPushBranchesIgnore,
            Tags = OnPushTags,
            TagsIgnore = OnPushTagsIgnore,
            IncludePaths = OnPushIncludePaths,
            ExcludePaths = OnPushExcludePaths
        };
        if (push.HasConditions)
            yield return push;

        var pullRequest = new GitHubActionsVcsTrigger
        {
            Kind = GitHubActionsTrigger.PullRequest,
            Branches = OnPullRequestBranches,
            Tags = OnPullRequestTags,
            IncludePaths = OnPullRequestIncludePaths,
            ExcludePaths = OnPullRequestExcludePaths
        };
        if (pullRequest.HasConditions)
            yield return pullRequest;

        if (OnWorkflowDispatchOptionalInputs.Length > 0 || OnWorkflowDispatchRequiredInputs.Length > 0)
        {
            yield return new GitHubActionsWorkflowDispatchTrigger
            {
                OptionalInputs = OnWorkflowDispatchOptionalInputs,
                RequiredInputs = OnWorkflowDispatchRequiredInputs
            };
        }

        if (OnCronSchedule != null)
            yield return new GitHubActionsScheduledTrigger { Cron = OnCronSchedule };
    }

    private IEnumerable<GitHubActionsStep> GetSteps(IReadOnlyCollection<ExecutableTarget> relevantTargets)
    {
        yield return new GitHubActionsCheckoutStep
        {
            Submodules = _submodules,
            Lfs = _lfs,
            FetchDepth = _fetchDepth,
            Progress = _progress,
            Filter = _filter
        };

        if (CacheKeyFiles.Length > 0)
        {
            yield return new GitHubActionsCacheStep
            {
                IncludePatterns = CacheIncludePatterns,
                ExcludePatterns = CacheExcludePatterns,
                KeyFiles = CacheKeyFiles
            };
        }

        yield return new GitHubActionsRunStep
        {
            BuildCmdPath = BuildCmdPath,
            InvokedTargets = InvokedTargets,
            Imports = GetImports().ToDictionary(import => import.Key, import => import.Value)
        };

        if (!PublishArtifacts)
            yield break;
        foreach (var artifact in relevantTargets.SelectMany(target => target.ArtifactProducts).Select(WithoutPattern).Distinct())
        {
            yield return new GitHubActionsArtifactStep
            {
                Name = artifact.Name,
                Path = NukeBuild.RootDirectory.GetUnixRelativePathTo(artifact),
                Condition = PublishCondition
            };
        }
    }

    /// <summary>What a product's pattern is in: everything before the first part with an asterisk.</summary>
    private static AbsolutePath WithoutPattern(string product)
    {
        AbsolutePath path = product;
        return path.FindParentOrSelf(parent => !((string)parent).Contains('*'));
    }
}
