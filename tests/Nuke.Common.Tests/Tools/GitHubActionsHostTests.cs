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
            .WithVariable("GITHUB_STEP_SUMMARY", Path.Combine(run.Root, "summary.md"));

        var result = run.Execute(OnGitHub.Run);

        result.ExitCode.ShouldBe(0, result.Output);
        result.Output.ShouldContain($"::group::A\n7 opened refs/pull/7/merge 12345678901 {run.Root}/summary.md\n");
        result.Output.ShouldContain("::notice file=a%3Ab::50%25%0Adone\n");
        result.Output.ShouldContain("\n::add-mask::x\n");
    }

    [Fact]
    public void Output_is_exact()
    {
        using var run = new TestRun();

        Execute(run, "").Normalized.ShouldBe(
            """
            ::group::Good
            HH:mm:ss [INF] 1 | 2
            ::endgroup::Good
            ::group::Bad
            ::warning::100%25 of [REDACTED]%0Asecond line
            HH:mm:ss [WRN] 100% of [REDACTED]
            second line
            ::error::Target Bad has thrown an exception
            HH:mm:ss [ERR] Target Bad has thrown an exception
            System.InvalidOperationException: <b>no</b> *[REDACTED]*
            see log
            ::endgroup::Bad
            ::group::Errors & Warnings
            [WRN] Bad: 100% of [REDACTED]
            second line
            [ERR] Bad: Target Bad has thrown an exception
            ::endgroup::Errors & Warnings

            ═══════════════════════════════════════
            Target             Status      Duration
            ───────────────────────────────────────
            Good               Succeeded     < 1sec   // Count: 1 | 2
            Bad                Failed        < 1sec   // InvalidOperationException: <b>no</b> *[REDACTED]*
            Last               NotRun
            ───────────────────────────────────────
            Total                            < 1sec
            ═══════════════════════════════════════

            Build failed
            """);
    }

    [Fact]
    public void Step_summary_has_the_targets_and_the_failure()
    {
        using var run = new TestRun();

        Execute(run, "").ExitCode.ShouldBe(255);

        run.Read("summary.md").ShouldBe(
            """
            ### Build failed

            | Target | Status | Duration | Notes |
            |---|---|--:|---|
            | Good | Succeeded | &lt; 1sec | Count: 1 \| 2 |
            | Bad | Failed | &lt; 1sec | InvalidOperationException: &lt;b&gt;no&lt;/b&gt; \*\[REDACTED\]\* |
            | Last | NotRun |  |  |

            **Bad**

            <pre>System.InvalidOperationException: &lt;b&gt;no&lt;/b&gt; *[REDACTED]*
            see log</pre>


            """);
    }

    [Fact]
    public void Step_summary_of_several_runs_is_one_page()
    {
        using var run = new TestRun();

        Execute(run, "good");
        Execute(run, "godd");

        run.Read("summary.md").ShouldBe(
            """
            ### Build succeeded

            | Target | Status | Duration | Notes |
            |---|---|--:|---|
            | Good | Succeeded | &lt; 1sec | Count: 1 \| 2 |

            ### Build failed

            **Build**

            <pre>Target with name &#39;godd&#39; does not exist. Available targets are:
              - Bad
              - Good
              - Last
            Did you mean &#39;Good&#39;?</pre>


            """);
    }

    [Fact]
    public void Step_summary_that_cannot_be_written_is_a_warning()
    {
        using var run = new TestRun();
        run.WithVariable("GITHUB_ACTIONS", "true").WithVariable("GITHUB_STEP_SUMMARY", Path.Combine(run.Root, "missing", "summary.md"));

        var result = run.Execute(Reporting.Run, "good");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("\n::warning::The step summary was not written: Could not find a part of the path");
    }

    [Fact]
    public void No_step_summary_elsewhere()
    {
        using var run = new TestRun();
        run.WithVariable("GITHUB_STEP_SUMMARY", Path.Combine(run.Root, "summary.md"));

        run.Execute(Reporting.Run, "good").ExitCode.ShouldBe(0);

        File.Exists(Path.Combine(run.Root, "summary.md")).ShouldBeFalse();
    }

    private static BuildResult Execute(TestRun run, string arguments) =>
        run.WithVariable("GITHUB_ACTIONS", "true")
            .WithVariable("GITHUB_STEP_SUMMARY", Path.Combine(run.Root, "summary.md"))
            .WithVariable("API_KEY", "50%|secret")
            .Execute(Reporting.Run, arguments);

    private sealed class Reporting : NukeBuild
    {
        [Parameter, Secret] readonly string ApiKey = null;

        Target Good => _ => _.Executes(() =>
        {
            ReportSummary(entries => entries.AddPair("Count", "1 | 2"));
            Serilog.Log.Information("1 | 2");
        });

        Target Bad => _ => _.DependsOn(Good).Executes(() =>
        {
            Serilog.Log.Warning($"100% of {ApiKey}\nsecond line");
            throw new InvalidOperationException($"<b>no</b> *{ApiKey}*\nsee log");
        });

        Target Last => _ => _.DependsOn(Bad).Executes(() => { });

        public static int Run() => Execute<Reporting>(x => x.Last);
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
