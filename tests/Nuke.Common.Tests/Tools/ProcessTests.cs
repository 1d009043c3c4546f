using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.Tests.Tools;

public sealed class ProcessTests
{
    private static readonly string Directory = Path.GetTempPath();

    [Fact]
    public void Both_streams_and_the_exit_code_are_kept()
    {
        using var process = Start("-c \"echo out; echo err >&2; exit 3\"");

        process.AssertWaitForExit().ExitCode.ShouldBe(3);
        process.Output.Select(line => (line.Type, line.Text)).ShouldBe([(OutputType.Std, "out"), (OutputType.Err, "err")], ignoreOrder: true);
        var exception = Should.Throw<ProcessException>(() => process.AssertZeroExitCode());
        exception.ExitCode.ShouldBe(3);
        exception.Message.ShouldContain("Process 'sh' exited with code 3.");
        exception.Message.ShouldEndWith("Error output:\n   err");
    }

    [Fact]
    public void Given_variables_are_all_the_process_gets()
    {
        using var process = Start("-c \"echo $A,$HOME\"", new Dictionary<string, string> { ["A"] = "a" });

        process.AssertZeroExitCode().Output.StdToText().ShouldBe("a,");
    }

    [Fact]
    public void Process_is_ended_at_its_timeout()
    {
        using var process = Start("-c \"sleep 600 & wait\"", timeout: 100);

        Should.Throw<ArgumentException>(() => process.AssertWaitForExit()).Message.ShouldContain("'sh' did not end within its timeout");
        process.HasExited.ShouldBeTrue();
    }

    [Fact]
    public void Missing_program_is_named()
    {
        Should.Throw<ArgumentException>(() => ToolResolver.GetPathTool("no-such-program")).Message.ShouldBe("Program 'no-such-program' is not in PATH");
        Should.Throw<ArgumentException>(() => ProcessTasks.StartProcess("/no/such/program"));
    }

    [Fact]
    public void Json_of_a_process_is_read() =>
        new[] { new Output { Text = "{ \"a\":" }, new Output { Type = OutputType.Err, Text = "noise" }, new Output { Text = "1 }" } }
            .StdToJson<Dictionary<string, int>>()["a"].ShouldBe(1);

    [Fact]
    public void Permissions_are_octal()
    {
        if (OperatingSystem.IsWindows())
            return;
        AbsolutePath file = Path.GetTempFileName();
        try
        {
            File.GetUnixFileMode(file.SetUnixPermissions(640)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            File.GetUnixFileMode(file.SetExecutable()).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
        }
        finally
        {
            file.DeleteFile();
        }
    }

    private static IProcess Start(string arguments, IReadOnlyDictionary<string, string> variables = null, int? timeout = null) =>
        ProcessTasks.StartProcess("sh", arguments, Directory, variables, timeout, logOutput: false, logInvocation: false);
}
