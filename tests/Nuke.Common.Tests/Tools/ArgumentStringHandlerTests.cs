using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.Tests.Tools;

public sealed class ArgumentStringHandlerTests
{
    private static readonly Tool Print = ToolResolver.GetPathTool("printf");

    [Fact]
    public void Values_become_one_argument_each()
    {
        var empty = string.Empty;
        var spaced = "a b";
        var quoted = "say \"hi\" \\";
        var percent = "%s\\n";
        AbsolutePath path = "/x y";
        AbsolutePath[] paths = ["/p", "/q r"];

        Print($"{percent} plain {spaced} {quoted} {empty} {path} {paths} {7} \"in {spaced}\" {spaced:nq}", logOutput: false, logInvocation: false)
            .Select(line => line.Text)
            .ShouldBe(["plain", "a b", quoted, string.Empty, "/x y", "/p", "/q r", "7", "in a b", "a", "b"]);
    }

    [Fact]
    public void Secret_reaches_the_process_but_nothing_else()
    {
        var secret = "s3cr3t";
        var log = new List<string>();

        var output = Print($"%s {secret:r}", logger: (_, line) => log.Add(line), logInvocation: false);

        output.Single().Text.ShouldBe("[REDACTED]");
        log.ShouldBe(["[REDACTED]"]);
        ToolResolver.GetPathTool("sh")("-c \"exit ${#0}\" s3cr3t", exitHandler: process => process.ExitCode.ShouldBe(6));
    }

    [Fact]
    public void Null_is_refused()
    {
        string value = null;

        Should.Throw<ArgumentException>(() => Print($"%s {value}"));
    }
}
