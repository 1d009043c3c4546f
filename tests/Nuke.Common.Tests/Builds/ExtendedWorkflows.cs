using Nuke.Common.CI;
using Nuke.Common.CI.GitHubActions;
using Nuke.Common.CI.GitHubActions.Configuration;
using Nuke.Common.Execution;
using Nuke.Common.Tooling;
using Nuke.Common.Utilities;

namespace Nuke.Common.Tests.Builds;

/// <summary>A build that extends the generator by subclassing, as builds in public repositories do.</summary>
[NodeGitHubActions("node", GitHubActionsImage.UbuntuLatest, OnPushBranches = ["main"], InvokedTargets = ["Compile"])]
[Pipeline("pipe", OnPushBranches = ["main"], InvokedTargets = ["Deploy"])]
internal sealed class WithExtendedWorkflows : NukeBuild
{
    Target Compile => _ => _.Executes(() => { });
    Target Deploy => _ => _.DependsOn(Compile).Executes(() => { });

    public static int Run() => Execute<WithExtendedWorkflows>(x => x.Compile);
}

internal sealed class UsesStep(string title, string uses) : GitHubActionsStep
{
    public Dictionary<string, string> With { get; } = [];

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"- name: {title}");
        using (writer.Indent())
        {
            writer.WriteLine($"uses: {uses}");
            if (With.Count == 0)
                return;
            writer.WriteLine("with:");
            using (writer.Indent())
            {
                foreach (var (key, value) in With)
                    writer.WriteLine($"{key}: {value}");
            }
        }
    }
}

internal sealed class JobWithNeeds : GitHubActionsJob
{
    public string[] Needs { get; init; } = [];

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"{Name}:");
        using (writer.Indent())
        {
            writer.WriteLine($"runs-on: {Image.GetValue()}");
            if (Needs.Length > 0)
                writer.WriteLine($"needs: [{string.Join(", ", Needs)}]");
            if (EnvironmentName != null)
                writer.WriteLine($"environment: {EnvironmentName}");
            writer.WriteLine("steps:");
            using (writer.Indent())
            {
                foreach (var step in Steps)
                    step.Write(writer);
            }
        }
    }
}

internal class NodeGitHubActionsAttribute(string name, GitHubActionsImage image, params GitHubActionsImage[] images)
    : GitHubActionsAttribute(name, image, images)
{
    protected override GitHubActionsJob GetJobs(GitHubActionsImage image, IReadOnlyCollection<ExecutableTarget> relevantTargets)
    {
        var job = base.GetJobs(image, relevantTargets);
        var node = new UsesStep("Setup Node", "actions/setup-node@v5") { With = { ["node-version"] = "22", ["cache"] = "pnpm" } };
        job.Steps = [job.Steps[0], new UsesStep("Setup pnpm", "pnpm/action-setup@v4"), node, .. job.Steps[1..]];
        return job;
    }
}

internal sealed class PipelineAttribute(string name) : NodeGitHubActionsAttribute(name, GitHubActionsImage.UbuntuLatest)
{
    public override ConfigurationEntity GetConfiguration(IReadOnlyCollection<ExecutableTarget> relevantTargets)
    {
        var configuration = (GitHubActionsConfiguration)base.GetConfiguration(relevantTargets);
        var job = configuration.Jobs.Single();
        configuration.Jobs =
        [
            Stage(job, "build", environment: null, "Compile"),
            Stage(job, "staging", "staging", "Deploy", "build"),
            Stage(job, "production", "production", "Deploy", "staging")
        ];
        return configuration;
    }

    private JobWithNeeds Stage(GitHubActionsJob job, string name, string environment, string target, params string[] needs) => new()
    {
        Name = name,
        Image = job.Image,
        EnvironmentName = environment,
        Needs = needs,
        Steps =
        [
            .. job.Steps.Where(step => step is not GitHubActionsRunStep and not GitHubActionsArtifactStep),
            new GitHubActionsRunStep
            {
                BuildCmdPath = BuildCmdPath,
                InvokedTargets = [target],
                Imports = new Dictionary<string, string> { ["X"] = "${{ vars.X }}" }
            }
        ]
    };
}
