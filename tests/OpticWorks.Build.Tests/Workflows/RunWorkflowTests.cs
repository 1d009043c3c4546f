using System.Text.Json;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests.Workflows;

/// <summary>RunWorkflow on small workflows: order, conditions, what scripts say to their runner, and what is left behind.</summary>
public sealed class RunWorkflowTests : IDisposable
{
    private readonly RepositoryRoot _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Scripts_run_in_order_in_a_clean_clone_and_speak_to_each_other()
    {
        _repository.Root.Write("committed", "here\n");
        _repository.Root.Write("flow.yml",
            """
            name: flow
            on:
              workflow_dispatch:
                inputs:
                  who: { type: string, required: true }
                  how: { type: choice, options: [well, badly], default: well }
            env: { OUTER: outer }
            jobs:
              second:
                needs: [first]
                runs-on: ubuntu-latest
                steps:
                  - run: test -e committed && echo "second got $GOT"
                    env: { GOT: "${{ needs.first.outputs.word }}" }
                  - uses: actions/download-artifact@v4
                    with: { name: kept, path: brought }
                  - run: cat brought/deep/file
              first:
                runs-on: ubuntu-latest
                outputs: { word: "${{ steps.say.outputs.word }}" }
                env: { JOB: "${{ inputs.how }}" }
                steps:
                  - uses: actions/checkout@v4
                  - id: say
                    run: |
                      echo "word=$WORD of $OUTER, $JOB" >> "$GITHUB_OUTPUT"
                      echo "LATER=later" >> "$GITHUB_ENV"
                      test ! -e uncommitted
                    env: { WORD: "${{ inputs.who }}'s \"word\"" }
                  - run: echo "$LATER $(cat inside)"
                    working-directory: sub
                  - run: echo never
                    if: ${{ inputs.how == 'badly' }}
                  - run: mkdir -p out/deep && echo kept-$SECRET > out/deep/file
                    env: { SECRET: "${{ secrets.SOME }}" }
                  - uses: actions/upload-artifact@v4
                    with: { name: kept, path: out }
            """);
        _repository.Root.Write("sub/inside", "inside\n");
        await _repository.CommitAsync();
        _repository.Root.Write("uncommitted", "");

        var run = await Program.RunAsync(_repository.Root, "RunWorkflow", "--file", "flow.yml", "--inputs", "who=mara", "--output", "json");

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        run.Error.ShouldContain("from the last commit, which is what runs");
        run.Error.ShouldContain("| second got mara's \"word\" of outer, well");
        run.Error.ShouldContain("| later inside");
        run.Error.ShouldContain("| kept-stand-in-some");
        run.Error.ShouldContain("actions/checkout@v4: left out: actions/checkout is GitHub's to run; the clone stands here");
        Steps(run.Output).ShouldBe(
            ["first: left out, success, success, skipped, success, stood in for", "second: success, stood in for, success"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_failure_runs_what_takes_back_and_skips_the_rest()
    {
        _repository.Root.Write("flow.yml",
            """
            on: push
            jobs:
              one:
                runs-on: ubuntu-latest
                steps:
                  - run: exit 3
                    continue-on-error: true
                  - run: "false"
                  - run: echo never
                  - run: echo taken back
                    if: cancelled() || failure()
              two:
                runs-on: ubuntu-latest
                needs: one
                steps: [{ run: echo never }]
            """);
        await _repository.CommitAsync();

        var run = await Program.RunAsync(_repository.Root, "RunWorkflow", "--file", "flow.yml", "--output", "json");

        run.ExitCode.ShouldBe(ExitCodes.Engine);
        run.Error.ShouldContain("| taken back");
        run.Error.ShouldNotContain("| never");
        Steps(run.Output).ShouldBe(["one: failure, failure, skipped, success", "two: "]);
    }

    [Fact]
    public async Task Nothing_of_the_users_reaches_a_script_and_nothing_a_script_started_stays()
    {
        _repository.Root.Write("flow.yml",
            """
            on: push
            jobs:
              one:
                runs-on: ubuntu-latest
                steps:
                  - run: |
                      echo "agent [$SSH_AUTH_SOCK] root [$NUKE_ROOT] token [$GITHUB_TOKEN] repository [$GITHUB_REPOSITORY]"
                      (exec -a left-behind sleep 900) > /dev/null 2>&1 &
                      echo "left $!"
            """);
        await _repository.CommitAsync();
        var variables = new Dictionary<string, string?> { ["SSH_AUTH_SOCK"] = "/mine", ["GITHUB_TOKEN"] = "not-to-be-seen", ["GITHUB_REPOSITORY"] = "mine/too" };

        var run = await Program.RunAsync(_repository.Root, variables, "RunWorkflow", "--file", "flow.yml");

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        run.Output.ShouldContain("agent [] root [] token [] repository []");
        var left = int.Parse(run.Output.Split("| left ")[1].Split('\n')[0]);
        var deadline = DateTime.UtcNow.AddMinutes(5);
        while (ProcessStamp.Read(left) is { IsAlive: true } && File.ReadAllText($"/proc/{left}/cmdline").StartsWith("left-behind", StringComparison.Ordinal))
            (DateTime.UtcNow < deadline).ShouldBeTrue("the process is still there");
    }

    [Fact]
    public async Task An_interruption_reaches_the_script_that_runs_and_then_what_takes_back()
    {
        _repository.Root.Write("flow.yml",
            """
            on: push
            jobs:
              one:
                runs-on: ubuntu-latest
                steps:
                  - run: |
                      trap 'echo "caught once"; exit 130' INT
                      echo ready
                      sleep 600 &
                      wait
                  - run: echo never
                  - run: echo taken back
                    if: cancelled() || failure()
              two:
                needs: one
                runs-on: ubuntu-latest
                steps: [{ run: echo never }]
            """);
        await _repository.CommitAsync();

        var (exitCode, output) = await Program.InterruptAsync(_repository.Root, "| ready", "RunWorkflow", "--file", "flow.yml");

        exitCode.ShouldBe(ExitCodes.Interrupted, output);
        output.ShouldContain("| caught once");
        output.ShouldContain("| taken back");
        output.ShouldNotContain("| never");
    }

    [Theory]
    [InlineData("--inputs environment=staging", "--job act", "The job act acts on staging")]
    [InlineData("--inputs environment=moon", null, "environment is none of staging, production")]
    [InlineData("--inputs unknown=1", null, "acting has no input unknown")]
    [InlineData("--inputs environment", null, "is not NAME=VALUE")]
    [InlineData("--job nothing", null, "There is no job nothing")]
    public async Task What_would_act_or_is_not_known_is_refused_before_any_script(string words, string? more, string what)
    {
        _repository.Root.Write("flow.yml",
            """
            name: acting
            on: { workflow_dispatch: { inputs: { environment: { type: choice, options: [staging, production], default: staging } } } }
            jobs:
              act:
                runs-on: ubuntu-latest
                environment: ${{ inputs.environment }}
                steps: [{ run: echo never }]
            """);
        await _repository.CommitAsync();

        var run = await Program.RunAsync(_repository.Root, [.. $"RunWorkflow --file flow.yml {words} {more}".Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        run.ExitCode.ShouldBeOneOf(ExitCodes.PreflightRefused, ExitCodes.Configuration);
        (run.Output + run.Error).ShouldContain(what);
        (run.Output + run.Error).ShouldNotContain("| never");
    }

    private static IEnumerable<string> Steps(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("data").GetProperty("jobs").EnumerateArray()
            .Select(job => $"{job.GetProperty("id")}: {string.Join(", ", job.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("result").GetString()))}")];
    }
}
