using System.Text;
using OpticWorks.Build.Output;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests;

public sealed class OutputTests : IDisposable
{
    private const char Escape = '\e';

    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("Explain --of Rehearse")]
    [InlineData("Explain --of Bild")]
    [InlineData("Completion --shell bash")]
    [InlineData("Bild")]
    [InlineData("LocalStatus")]
    [InlineData("LocalStatus --verbosity verbose")]
    public async Task Redirected_output_has_no_colour(string arguments)
    {
        var variables = new Dictionary<string, string?> { ["NO_COLOR"] = null, ["TERM"] = "xterm-256color", ["COLORTERM"] = "truecolor" };

        var run = await Program.RunAsync(_root, variables, arguments.Split(' '));

        run.Output.ShouldNotBeEmpty();
        run.Output.ShouldNotContain(Escape);
        run.Error.ShouldNotContain(Escape);
    }

    [ProgramFact("script")]
    public async Task A_terminal_has_colour_unless_NO_COLOR_is_set()
    {
        var coloured = await Program.RunOnTerminalAsync(_root, new() { ["NO_COLOR"] = null }, "Bild");
        var plain = await Program.RunOnTerminalAsync(_root, new() { ["NO_COLOR"] = "1" }, "Bild");

        coloured.Output.ShouldContain("\e[31m");
        // The runtime itself may set up the terminal's keys; colours all end in m.
        plain.Output.ShouldContain("does not exist");
        plain.Output.ShouldNotMatch("\e\\[[0-9;]*m");
    }

    [Fact]
    public async Task In_GitHub_Actions_a_failure_is_one_annotation_with_the_explanation()
    {
        var run = await Program.RunAsync(_root, new Dictionary<string, string?> { ["GITHUB_ACTIONS"] = "true" }, "Explain", "--of", "100%\r\n::stop-commands::x");

        run.ExitCode.ShouldBe(ExitCodes.Engine);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(1, run.Output);
        lines[0].ShouldStartWith("::error::There is no target \"100%25%0D%0A::stop-commands::x\" (exit 255)%0A  seen    targets: Abort, Audit, Backup, Build, ");
        lines[0].ShouldEndWith("%0A  next    ./build.sh --help");
    }

    [Fact]
    public async Task In_GitHub_Actions_a_failed_target_is_annotated_with_its_explanation()
    {
        _root.CopyFromCheckout(".nuke/environments/staging.json");
        _root.CopyFromCheckout(".nuke/environments/staging.known_hosts");
        var variables = new Dictionary<string, string?>
        {
            ["GITHUB_ACTIONS"] = "true",
            ["DATABASE_PASSWORD"] = null,
            ["REDIS_PASSWORD"] = "not-to-be-seen-4711",
        };

        var run = await Program.RunAsync(_root, variables, "Provision", "--environment", "staging");

        run.ExitCode.ShouldBe(ExitCodes.Configuration);
        run.Output.Split('\n').ShouldContain(line =>
            line.StartsWith("::error::", StringComparison.Ordinal) && line.Contains("env:DATABASE_PASSWORD is not set%0A  next    ", StringComparison.Ordinal));
        (run.Output + run.Error).ShouldNotContain("not-to-be-seen-4711");
    }

    [Fact]
    public void No_part_of_a_failure_shows_a_secret()
    {
        const string secret = "Kd93-secret/of+this=test";
        Session.Scrubber.Add("test", secret);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));

        var text = FailureReport.Text(new OperationException($"what {secret}", ExitCodes.Engine)
        {
            Where = $"redis://:{Uri.EscapeDataString(secret)}@db",
            Seen = $"line\nAuthorization: Basic {encoded}",
            Undone = secret,
            Next = secret,
        });

        foreach (var form in new[] { secret, Uri.EscapeDataString(secret), encoded })
            text.ShouldNotContain(form);
        text.Split("[secret:test]").Length.ShouldBe(6, text);
    }
}
