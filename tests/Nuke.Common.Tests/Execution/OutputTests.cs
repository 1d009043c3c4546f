using Nuke.Common.Execution;
using Nuke.Common.Reporting;
using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Execution;

[Collection(BuildCollection.Name)]
public sealed class OutputTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Output_has_no_colours_and_plain_spaces_when_it_is_no_terminal()
    {
        var output = _run.Execute(Build.Run, "warns fails").Output;

        output.ShouldNotContain("\e[");
        output.ShouldNotContain("\u00a0");
        output.ShouldNotContain("\u200b");
    }

    [Fact]
    public void Blocks_are_set_apart_exactly()
    {
        var output = _run.Execute(Build.Run, "a --no-logo").Output;

        output.ShouldStartWith("\n╬══════\n║ A\n╬══\n\n");
        output.ShouldContain("[INF] in A\n\n═══════════════════════════════════════\nTarget             Status      Duration\n");
        output.ShouldMatch(@"═\n\nBuild succeeded on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\n$");
    }

    [Fact]
    public void GitHub_gets_groups_and_annotations()
    {
        var lines = _run.Execute(Build.Run, "warns fails --host GitHubActions").Normalized;

        var recorded = Transcript.Of("build warns fails --host GitHubActions").Normalized;
        lines.ShouldBe(recorded.Replace("Target \"Fails\" has", "Target Fails has"));
    }

    [Fact]
    public void Failed_process_is_explained()
    {
        var output = _run.Execute(Build.Run, "proc").Normalized;

        output.ShouldMatch(@"\[INF\] > \S*dotnet --version\nHH:mm:ss \[DBG\] 10\.");
        output.ShouldMatch("HH:mm:ss \\[INF\\] > \\S*bash -c \"echo out; echo err >&2; exit 3\"\n");
        output.ShouldContain("[DBG] out");
        output.ShouldContain("[ERR] err");
        output.ShouldMatch("Nuke.Common.Tooling.ProcessException: Process 'bash' exited with code 3.\n"
            + "   > \\S*bash -c \"echo out; echo err >&2; exit 3\"\n"
            + $"   @ {_run.Root}\n"
            + "Error output:\n   err\n");
        output.ShouldContain("[ERR] Proc: err\n[ERR] Proc: Target Proc has thrown an exception");
        output.ShouldContain("Proc               Failed        < 1sec   // ProcessException: Process 'bash' exited with code 3.");
    }

    [Fact]
    public void Stack_is_shown_at_verbose_only()
    {
        _run.Execute(Asynchronous.Run).Output.ShouldNotContain("   at ");

        var verbose = _run.Execute(Asynchronous.Run, "--verbosity verbose");

        verbose.Output.ShouldContain("   at Nuke.Common.Tests.Builds.Asynchronous");
        verbose.Output.ShouldContain("[VRB] InjectParameterValues.OnBuildCreated (100)");
        verbose.Output.ShouldContain("[VRB] EventInvoker.OnTargetFailed (-3.4028235E+38)");
        verbose.ExitCode.ShouldBe(255);
    }

    [Fact]
    public void Message_of_the_builds_own_exception_is_shown_alone() =>
        ExceptionText.Of(new OwnException("what failed\n  next  do this", new IOException("disk")), withStack: false)
            .ShouldBe("what failed\n  next  do this\n ---> System.IO.IOException: disk");

    [Theory]
    [InlineData(0, "< 1sec")]
    [InlineData(0.99, "< 1sec")]
    [InlineData(2.1, "0:02")]
    [InlineData(600, "10:00")]
    [InlineData(3725, "62:05")]
    public void Duration_is_minutes_and_seconds(double seconds, string text) =>
        SummaryTable.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void Duration_of_a_slow_target_is_in_the_summary() =>
        _run.Execute(Build.Run, "slow").Output.ShouldMatch(@"Slow               Succeeded       0:0[1-9]\n");

    [Fact]
    public void Log_files_of_a_local_run_hold_everything_and_only_the_newest_stay()
    {
        for (var day = 10; day < 18; day++)
            _run.WithFile($".nuke/temp/build.2020-01-{day}_00-00-00.log", "old");

        _run.Execute(Build.Run, "levels --verbosity quiet");

        var log = _run.Read(".nuke/temp/build.log");
        log.ShouldContain("[VRB] Levels: v");
        log.ShouldContain("[FTL] Levels: f");
        Directory.GetFiles(Path.Combine(_run.Root, ".nuke/temp"), "build.*_*.log").Length.ShouldBe(5);
    }

    [Fact]
    public void Server_run_leaves_no_log_files_and_no_schema()
    {
        _run.Execute(Build.Run, "a --host GitHubActions");

        File.Exists(Path.Combine(_run.Root, ".nuke/temp/build.log")).ShouldBeFalse();
        File.Exists(Path.Combine(_run.Root, ".nuke/build.schema.json")).ShouldBeFalse();
    }

    [Fact]
    public void Failed_run_never_ends_with_0() => _run.Execute(OwnExitCode.Run, "zero").ExitCode.ShouldBe(255);

    [Fact]
    public void Requirement_messages_begin_as_recorded()
    {
        foreach (var command in new[] { "build needs-key --host GitHubActions", "build needs-env --host GitHubActions", "BC=req build --host GitHubActions" })
        {
            var recorded = Transcript.Of(command);
            var result = ProbeBuilds.Execute(_run, command);
            var withoutHints = string.Join('\n', result.Normalized.Split('\n').Where(line => !line.StartsWith("  Give ", StringComparison.Ordinal)));
            withoutHints.ShouldBe(recorded.Normalized);
            result.ExitCode.ShouldBe(recorded.ExitCode);
        }
    }

    [Fact]
    public void Extension_before_priority_50_answers_help_before_header_and_generation()
    {
        _run.Execute(WithOwnHelp.Run, "--help").ShouldBe(new BuildResult(0, "own help of 1 target\n"));

        Directory.GetFileSystemEntries(Path.Combine(_run.Root, ".nuke")).ShouldBeEmpty();
    }

    [Fact]
    public void Help_touches_no_file()
    {
        _run.Execute(Build.Run, "--help").ExitCode.ShouldBe(0);

        Directory.GetFileSystemEntries(Path.Combine(_run.Root, ".nuke")).ShouldBeEmpty();
    }

    private sealed class OwnException(string message, Exception inner) : Exception(message, inner);
}
