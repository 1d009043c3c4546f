using System.Diagnostics;
using Nuke.Common.Tests.Builds;
using OpticWorks.Tests;

namespace Nuke.Common.Tests.Execution;

/// <summary>What a signal does to a run; each in a process of its own.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("engine-signal-");

    public SignalTests() => _root.CreateSubdirectory(".nuke");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task Signal_aborts_the_running_target_runs_the_assured_ones_and_ends_the_process(string signal, int exitCode)
    {
        var (output, code) = await Run("wait clean-up", signal);

        code.ShouldBe(exitCode, output);
        output.ShouldContain("cleaning up");
        output.ShouldMatch(@"Wait\s+Aborted");
        output.ShouldMatch(@"CleanUp\s+Succeeded");
        output.ShouldContain("Build failed on");
    }

    [Fact]
    public async Task Signal_that_the_build_takes_is_left_to_it()
    {
        var (output, code) = await Run("wait-itself clean-up", "TERM");

        code.ShouldBe(130, output);
        output.ShouldMatch(@"WaitItself\s+Failed .*// OperationCanceledException: undone");
        output.ShouldNotContain("Aborted");
        output.Split("Build failed on").Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_killed_test_process_left_the_next_one_removes()
    {
        // Not in this process's own folder: there a child would be at home.
        var around = Directory.CreateDirectory(Path.Combine(TemporaryPlace.Around, $"ow-around-{Environment.ProcessId}"));
        try
        {
            await Run("wait", "KILL", around.FullName);
            var root = around.GetDirectories().ShouldHaveSingleItem();
            root.GetFileSystemInfos().Length.ShouldBe(2, "its folder and its lock");

            await Run("clean-up", "", around.FullName);
            root.GetFileSystemInfos().ShouldBeEmpty();
        }
        finally
        {
            around.Delete(recursive: true);
        }
    }

    private async Task<(string Output, int ExitCode)> Run(string arguments, string signal, string temporary = null)
    {
        var start = new ProcessStartInfo("dotnet", $"exec {typeof(SignalTests).Assembly.Location} {arguments}")
        {
            WorkingDirectory = _root.FullName,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { [Program.BuildVariable] = nameof(Waiting) }
        };
        if (temporary != null)
            start.Environment["TMPDIR"] = temporary;
        using var process = Process.Start(start);
        var output = new StringWriter();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            output.WriteLine(line);
            if (line.EndsWith("waiting", StringComparison.Ordinal))
                Process.Start("kill", $"-{signal} {process.Id}").WaitForExit();
        }

        await process.WaitForExitAsync();
        return (output.ToString(), process.ExitCode);
    }
}
