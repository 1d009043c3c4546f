using Nuke.Common.CI;
using Nuke.Common.CI.GitHubActions;
using Nuke.Common.Tests.Golden;
using Nuke.Common.Utilities.Collections;

namespace Nuke.Common.Tests.Tools;

[Collection(BuildCollection.Name)]
public sealed class GitHubActionsHostTests
{
    [Fact]
    public void Variables_event_and_commands()
    {
        using var run = new TestRun();
        run.WithFile("event.json", """{ "action": "opened", "number": 7 }""")
            .WithVariable("GITHUB_ACTIONS", "true")
            .WithVariable("GITHUB_EVENT_NAME", "pull_request")
            .WithVariable("GITHUB_EVENT_PATH", Path.Combine(run.Root, "event.json"))
            .WithVariable("GITHUB_REF", "refs/pull/7/merge")
            .WithVariable("GITHUB_RUN_ID", "12345678901")
            .WithVariable("GITHUB_STEP_SUMMARY", "/tmp/summary.md");

        var result = run.Execute(OnGitHub.Run);

        result.ExitCode.ShouldBe(0, result.Output);
        result.Output.ShouldContain("::group::A\n7 opened refs/pull/7/merge 12345678901 /tmp/summary.md\n");
        result.Output.ShouldContain("::notice file=a%3Ab::50%25%0Adone\n");
        result.Output.ShouldContain("\n::add-mask::x\n");
    }

    private sealed class OnGitHub : NukeBuild
    {
        [CI] readonly GitHubActions GitHub = null;

        Target A => _ => _.Executes(() =>
        {
            Console.Out.WriteLine(
                $"{GitHub.PullRequestNumber} {GitHub.PullRequestAction} {((IBuildServer)GitHub).Branch} {GitHub.RunId} {GitHub.StepSummaryFile}");
            GitHub.WriteCommand("notice", "50%\ndone", properties => properties.AddPair("file", (object)"a:b"));
            Serilog.Log.Information("::add-mask::x");
        });

        public static int Run() => Execute<OnGitHub>(x => x.A);
    }
}
