using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Workflows;

[Collection(BuildCollection.Name)]
public sealed class WorkflowTests
{
    [Theory]
    [InlineData("full_name")]
    [InlineData("short")]
    public void Workflow_is_what_NUKE_generates(string name) => GeneratedBy(WithWorkflows.Run, name).ShouldBe(Recorded(name));

    [Theory]
    [InlineData("node")]
    [InlineData("pipe")]
    public void Extended_workflow_is_what_NUKE_generates(string name) => GeneratedBy(WithExtendedWorkflows.Run, name).ShouldBe(Recorded(name));

    [Fact]
    public void Local_run_updates_the_workflow_says_so_once_and_leaves_manual_ones_alone()
    {
        using var run = WithBuildScript();

        run.Execute(WithWorkflows.Run).Output.ShouldContain("[WRN] Configuration files for GitHubActions (full_name) have changed.");

        run.Read(".github/workflows/full_name.yml").ShouldBe(Recorded("full_name"));
        File.Exists(Path.Combine(run.Root, ".github/workflows/short.yml")).ShouldBeFalse();
        run.Execute(WithWorkflows.Run).Output.ShouldNotContain("have changed");
    }

    [Fact]
    public void Server_run_generates_nothing()
    {
        using var run = WithBuildScript();

        run.Execute(WithWorkflows.Run, "--host GitHubActions").ExitCode.ShouldBe(0);

        Directory.Exists(Path.Combine(run.Root, ".github")).ShouldBeFalse();
    }

    [Fact]
    public void Unknown_configuration_names_those_that_exist()
    {
        using var run = WithBuildScript();

        var result = run.Execute(WithWorkflows.Run, "--generate-configuration GitHubActions_shrt --host GitHubActions");

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("Did you mean 'GitHubActions_short'?");
    }

    [Fact]
    public void Missing_build_script_fails_and_leaves_the_old_file()
    {
        using var run = new TestRun().WithFile(".github/workflows/short.yml", "old");

        var result = run.Execute(WithWorkflows.Run, "--generate-configuration GitHubActions_short --host GitHubActions");

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("BuildCmdPath != null");
        run.Read(".github/workflows/short.yml").ShouldBe("old");
    }

    public static TheoryData<string, Func<int>> Contradictions => new()
    {
        { "Workflows can only define either shorthand 'On' or 'On*' triggers", WithBothTriggers.Run },
        { "Workflows must define either shorthand 'On' or 'On*' triggers", WithoutTrigger.Run },
        { "Cannot use OnPushBranches/OnPushTags and OnPushBranchesIgnore/OnPushTagsIgnore in combination", WithContradiction.Run }
    };

    [Theory]
    [MemberData(nameof(Contradictions), DisableDiscoveryEnumeration = true)]
    public void Contradictory_workflow_is_refused(string message, Func<int> build)
    {
        using var run = WithBuildScript();

        var result = run.Execute(build);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain(message);
    }

    private static string GeneratedBy(Func<int> build, string name)
    {
        using var run = WithBuildScript();
        var result = run.Execute(build, $"--generate-configuration GitHubActions_{name} --host GitHubActions");
        result.ShouldBe(new BuildResult(0, string.Empty));
        return run.Read($".github/workflows/{name}.yml");
    }

    private static TestRun WithBuildScript() => new TestRun().WithFile("build.cmd", string.Empty);

    private static string Recorded(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "workflows", $"{name}.yml"));
}
