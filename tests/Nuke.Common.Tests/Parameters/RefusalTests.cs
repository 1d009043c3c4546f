using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Parameters;

/// <summary>Where NUKE warns and goes on with a default, or crashes, this engine refuses the run before any target.</summary>
[Collection(BuildCollection.Name)]
public sealed class RefusalTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("--greting x", "Unknown parameter '--greting'. Did you mean '--greeting'?")]
    [InlineData("--hlep", "Unknown parameter '--hlep'. Did you mean '--help'?")]
    [InlineData("--list", "Unknown parameter '--list'")]
    [InlineData("--greeting=secretvalue", "Unknown parameter '--greeting=…'. Give the value as an argument of its own: --greeting <value>")]
    [InlineData("--number secretvalue", "--number expects a whole number (Int32)")]
    [InlineData("--greeting secretvalue b", "--greeting takes one value, but 2 are given")]
    [InlineData("--greeting", "--greeting needs a value")]
    [InlineData("--environment prodution", "--environment expects one of Dev, Staging, Production. Did you mean 'Production'?")]
    [InlineData("--flag maybe", "--flag expects true or false")]
    [InlineData("--span secretvalue", "--span expects a duration")]
    [InlineData("--plus secretvalue+b c", "--plus takes its values either separated by '+' or as separate arguments, not both")]
    [InlineData("--verbosity secretvalue", "--verbosity expects one of Verbose, Normal, Minimal, Quiet")]
    [InlineData("--verbosity norml", "Did you mean 'Normal'?")]
    [InlineData("--host GithubAction", "--host names no host; the hosts are GitHubActions, Terminal. Did you mean 'GitHubActions'?")]
    [InlineData("--root /does/not/exist", "--root names no existing directory")]
    [InlineData("--profile missing", "parameters.missing.json")]
    [InlineData("--partition 4/3", "--partition expects a part and a total such as 1/3")]
    [InlineData("shw", "Did you mean 'Show'?")]
    [InlineData("--skip shw", "Target with name 'shw' does not exist")]
    [InlineData("show --target show-key", "Targets are named both before the parameters and with --target")]
    public void Unusable_argument_is_refused(string arguments, string message)
    {
        var result = _run.Execute(WithParameters.Run, arguments);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain(message);
        result.Output.ShouldNotContain("secretvalue");
        result.Output.ShouldNotContain("greeting=hello");
    }

    [Theory]
    [InlineData("--target", "")]
    [InlineData("--target")]
    [InlineData("")]
    [InlineData("--skip", "")]
    [InlineData("--skip", "+")]
    public void Empty_name_of_a_target_is_refused(params string[] arguments)
    {
        var result = _run.Execute(WithParameters.Run, arguments);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("names no target: its value is missing or empty");
        result.Output.ShouldNotContain("greeting=");
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var output = _run.Execute(WithParameters.Run, "--number x --flag maybe --greting y").Output;

        output.ShouldContain("--number");
        output.ShouldContain("--flag");
        output.ShouldContain("--greting");
    }

    [Theory]
    [InlineData("NUMBER", "secretvalue", "Environment variable NUMBER expects a whole number")]
    [InlineData("FLAG", "1", "Environment variable FLAG expects true or false")]
    [InlineData("NUKE_HOST", "mybox", "Environment variable NUKE_HOST names no host")]
    [InlineData("NUKE_VERBOSITY", "loud", "Environment variable NUKE_VERBOSITY expects one of")]
    [InlineData("NUKE_TARGET", "nothing", "Target with name 'nothing' does not exist")]
    [InlineData("NUKE_SKIP", "nothing", "Target with name 'nothing' does not exist")]
    public void Unusable_variable_is_refused(string name, string value, string message)
    {
        var result = _run.WithVariable(name, value).Execute(WithParameters.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain(message);
        result.Output.ShouldNotContain("secretvalue");
    }

    [Theory]
    [InlineData("HOST", "mybox")]
    [InlineData("ROOT", "/does/not/exist")]
    [InlineData("TARGET", "x86_64-unknown-linux-gnu")]
    [InlineData("SKIP", "nothing")]
    [InlineData("VERBOSITY", "loud")]
    [InlineData("PLAN", "free")]
    [InlineData("HELP", "1")]
    public void Variable_of_somebody_else_is_left_alone(string name, string value) =>
        _run.WithVariable(name, value).Execute(WithParameters.Run).Output.ShouldContain("greeting=hello");

    [Fact]
    public void Prefixed_engine_variable_wins_over_the_bare_one()
    {
        _run.WithVariable("TARGET", "needs-key").WithVariable("NUKE_TARGET", "show");

        _run.Execute(WithParameters.Run).Output.ShouldContain("greeting=hello");
    }

    [Fact]
    public void Different_values_under_matching_variable_names_are_refused()
    {
        _run.WithVariable("GREETING", "secretvalue").WithVariable("NUKE_GREETING", "other");

        var result = _run.Execute(WithParameters.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("Environment variables GREETING and NUKE_GREETING give different values for 'Greeting'");
        result.Output.ShouldNotContain("secretvalue");
        _run.Execute(WithParameters.Run, "--greeting line").Output.ShouldContain("greeting=line");
    }

    [Theory]
    [InlineData("""{ "greeting": "x" }""", "'greeting' in", "Did you mean 'Greeting'?")]
    [InlineData("""{ "Host": "Terminal" }""", "'Host' in", "is no parameter that a file can set")]
    [InlineData("""{ "Verbosity": "loud" }""", "'Verbosity' in", "expects one of")]
    [InlineData("""{ "Target": ["nothing"] }""", "Target with name 'nothing'", "does not exist")]
    [InlineData("""{ "Number": "abc" }""", "'Number' in", "expects a whole number")]
    [InlineData("""{ "Names": "a b" }""", "'Names' in", "expects an array")]
    [InlineData("""{ "Greeting": ["a"] }""", "'Greeting' in", "takes one value, not an array")]
    [InlineData("""{ "Table": { "one": "x" } }""", "'Table' in", "does not have the shape")]
    [InlineData("""{ "Greeting": """, "parameters.json", "is no valid JSON (line 1)")]
    [InlineData("""[ 1 ]""", "parameters.json", "must hold one JSON object")]
    public void Unusable_file_is_refused(string content, string where, string what)
    {
        var result = _run.WithFile(".nuke/parameters.json", content).Execute(WithParameters.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain(where);
        result.Output.ShouldContain(what);
    }

    [Fact]
    public void Missing_profile_suggests_an_existing_one()
    {
        _run.WithFile(".nuke/parameters.staging.json", "{}");

        _run.Execute(WithParameters.Run, "--profile stagin").Output.ShouldContain("Did you mean 'staging'?");
    }

    [Fact]
    public void Root_is_found_upwards_and_its_absence_explained()
    {
        Environment.CurrentDirectory = Directory.CreateDirectory(Path.Combine(_run.Root, "a/b")).FullName;
        _run.Execute(WithParameters.Run).ExitCode.ShouldBe(0);

        Directory.Delete(Path.Combine(_run.Root, ".nuke"), recursive: true);
        var result = _run.Execute(WithParameters.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("Could not locate '.nuke' directory/file while walking up from");
    }

    [Fact]
    public void Help_is_given_whatever_else_is_wrong()
    {
        var result = _run.WithVariable("NUMBER", "x").Execute(WithParameters.Run, "nothing --help --unknown --flag maybe");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("Targets (with their direct dependencies):");
    }

    [Fact]
    public void Help_is_given_for_a_build_with_circular_dependencies() =>
        _run.Execute(Cyclic.Run, "--help").Output.ShouldContain("  A (default) -> B");

    [Fact]
    public void Missing_requirements_are_told_together_with_the_way_to_meet_them()
    {
        var result = _run.Execute(WithParameters.Run, "needs-both");

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("Target 'NeedsBoth' requires member 'ApiKey' to be not null or empty\n"
            + "  Give --api-key, or set the environment variable API_KEY.");
        result.Output.ShouldContain("Target 'NeedsBoth' requires member 'Number' to be not null or empty");
        result.Output.ShouldContain("NeedsBoth          NotRun");
    }

    [Fact]
    public void Requirement_beside_a_captured_variable_is_still_that_of_the_member() =>
        _run.Execute(WithParameters.Run, "needs-captured").Output.ShouldContain("Target 'NeedsCaptured' requires member 'ApiKey' to be not null or empty");

    [Fact]
    public void Required_member_is_checked_whatever_the_targets() =>
        _run.Execute(RequiredMember.Run).Output.ShouldContain("Member 'Needed' is required to be not null or empty");

    [Fact]
    public void Missing_tool_is_told_before_any_target()
    {
        _run.Execute(Injected.Run, "n").Output.ShouldContain("Target 'N' requires the program 'doesnotexist', which is not in PATH");
        _run.Execute(Injected.Run, "y").ExitCode.ShouldBe(0);
    }
}
