using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Parameters;

/// <summary>Where values come from, and what they become.</summary>
[Collection(BuildCollection.Name)]
public sealed class ParameterValueTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("--greeting x", "greeting=x")]
    [InlineData("-greeting x", "greeting=x")]
    [InlineData("--GREETING x", "greeting=x")]
    [InlineData("--greeting x --greeting y", "greeting=y")]
    [InlineData("--names a b c", "names=a|b|c")]
    [InlineData("--plus a+b", "plus=a|b")]
    [InlineData("--plus a b", "plus=a|b")]
    [InlineData("--number -5", "number=-5")]
    [InlineData("--flag", "flag=True")]
    [InlineData("--flag false", "flag=False")]
    [InlineData("--environment STAGING", "environment=Staging")]
    [InlineData("--span 0:02:30", "span=00:02:30")]
    [InlineData("--is-set", "set=True")]
    [InlineData("--get-only x", "get=x")]
    [InlineData("--place elsewhere", "place=elsewhere")]
    [InlineData("--aws-region north", "region=north")]
    public void Command_line_gives_values(string arguments, string expected) => Show(arguments).ShouldContain(expected);

    [Theory]
    [InlineData("GREETING", "x", "greeting=x")]
    [InlineData("Greeting", "x", "greeting=x")]
    [InlineData("NUKE_GREETING", "x", "greeting=x")]
    [InlineData("NAMES", "a b", "names=a b")]
    [InlineData("PLUS", "a+b", "plus=a|b")]
    [InlineData("FLAG", "true", "flag=True")]
    [InlineData("NUMBER", "", "number=null")]
    [InlineData("AWS_REGION", "north", "region=north")]
    public void Environment_gives_values(string name, string value, string expected)
    {
        _run.WithVariable(name, value);

        Show().ShouldContain(expected);
    }

    [Fact]
    public void Command_line_wins_over_environment_and_that_over_files()
    {
        _run.WithFile(".nuke/parameters.json", """{ "Greeting": "file", "Number": 1 }""").WithVariable("NUMBER", "2");

        Show("--greeting line").ShouldContain("greeting=line names= plus= number=2");
        Show().ShouldContain("greeting=file");
    }

    [Fact]
    public void Later_profile_wins_over_earlier_and_any_over_the_default_file()
    {
        _run.WithFile(".nuke/parameters.json", """{ "Greeting": "default", "Number": 1 }""")
            .WithFile(".nuke/parameters.dev.json", """{ "Greeting": "dev" }""")
            .WithFile(".nuke/parameters.prod.json", """{ "Greeting": "prod" }""");

        Show("--profile dev prod").ShouldContain("greeting=prod names= plus= number=1");
        Show("--profile prod dev").ShouldContain("greeting=dev");
    }

    [Fact]
    public void Files_give_values_of_all_shapes()
    {
        _run.WithFile(".nuke/parameters.json", """
            {
              "$schema": "./build.schema.json",
              // A comment, as editors allow it.
              "Names": ["a", "b"],
              "Plus": ["x+y"],
              "Flag": true,
              "Environment": "production",
              "OutDir": "out",
              "Table": { "one": 1, "two": 2 },
            }
            """);
        var subdirectory = Directory.CreateDirectory(Path.Combine(_run.Root, "sub")).FullName;
        Environment.CurrentDirectory = subdirectory;

        Show().ShouldContain($"names=a|b plus=x+y number=null flag=True environment=Production span=null out={_run.Root}/out table=3");
    }

    [Fact]
    public void Files_set_some_of_the_engines_own_parameters()
    {
        _run.WithFile(".nuke/parameters.json", """{ "NoLogo": true, "Verbosity": "verbose", "Target": ["show", "show-key"] }""");

        var output = Show();

        output.ShouldNotContain("OpticWorks.Build engine");
        output.ShouldContain("[VRB] InjectParameterValues.OnBuildCreated (100)");
        output.ShouldContain("║ ShowKey");
        Show("show").ShouldNotContain("║ ShowKey");
    }

    [Fact]
    public void Path_on_the_command_line_starts_at_the_working_directory()
    {
        Environment.CurrentDirectory = Directory.CreateDirectory(Path.Combine(_run.Root, "sub")).FullName;

        Show("--out-dir x/../y").ShouldContain($"out={_run.Root}/sub/y");
    }

    [Fact]
    public void Derived_parameter_decides_its_own_sources()
    {
        _run.WithVariable("PLACE", "environment").WithVariable("COUNT", "3");

        _run.Execute(WithDerivedParameter.Run).Output.ShouldContain("place=null count=3");
        _run.Execute(WithDerivedParameter.Run, "--place line").Output.ShouldContain("place=line count=3");
    }

    [Fact]
    public void Repository_is_injected_and_an_on_demand_member_only_when_required()
    {
        _run.WithFile(".git/HEAD", "ref: refs/heads/main\n");

        _run.Execute(WithRepository.Run).Output.ShouldContain("repository=False other=True");
        _run.Execute(WithRepository.Run, "demand").Output.ShouldContain("other=False");
    }

    [Fact]
    public void Missing_repository_is_a_warning_until_it_is_required()
    {
        var result = _run.Execute(WithRepository.Run);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("[WRN] Could not inject value for WithRepository.Repository");
        _run.Execute(WithRepository.Run, "demand").ExitCode.ShouldBe(255);
    }

    private string Show(string arguments = "")
    {
        var result = _run.Execute(WithParameters.Run, arguments);
        result.ExitCode.ShouldBe(0, result.Output);
        return result.Output;
    }
}
