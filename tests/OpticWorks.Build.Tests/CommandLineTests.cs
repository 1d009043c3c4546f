using System.Reflection;
using System.Text.Json;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public CommandLineTests()
    {
        foreach (var name in new[] { "staging.json", "staging.known_hosts", "production.json", "production.known_hosts" })
            _root.CopyFromCheckout($".nuke/environments/{name}");
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("Bild", 255, "Target with name 'Bild' does not exist", "Did you mean 'Build'?")]
    [InlineData("Restore --store-direktory x", 255, "Unknown parameter '--store-direktory'", "Did you mean '--store-directory'?")]
    [InlineData("DeployBackend", 255, "DeployBackend needs an environment", "./build.sh DeployBackend --environment production|staging")]
    [InlineData("DeployBackend --environment stagin", 2, "There is no environment \"stagin\"", "did you mean \"staging\"?")]
    [InlineData("DeployBackend --environment production", 2, "production is protected and the change is not confirmed", "--confirm production")]
    [InlineData("DeployBackend --environment production --confirm staging", 2, "production", "--confirm production")]
    [InlineData("Rehearse --environment production", 2, "A rehearsal runs on local machines, not on production", "./build.sh Rehearse")]
    [InlineData("Restore --store-directory /nowhere", 2, "/nowhere is not a store", "--store-directory PATH")]
    [InlineData("Restore", 2, "tests/store is not a store", "--store-directory PATH")]
    [InlineData("LocalStatus --output yaml", 255, "\"yaml\" is not a form of output", "--output json")]
    [InlineData("LocalStatus --verbosity loud", 255, "--verbosity expects one of", "normal")]
    [InlineData("Test --again maybe", 255, "--again expects true or false", "")]
    public async Task What_is_typed_wrong_ends_before_anything_runs(string arguments, int exitCode, string what, string next)
    {
        var run = await Program.RunAsync(_root, arguments.Split(' '));

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        (run.Output + run.Error).ShouldContain(what, Case.Insensitive);
        (run.Output + run.Error).ShouldContain(next, Case.Insensitive);
        Directory.Exists(_root.At("artifacts")).ShouldBeFalse();
        Directory.Exists(_root.At(".nuke/temp/local")).ShouldBeFalse();
    }

    [Fact]
    public async Task All_mistakes_of_an_environment_are_told_at_once()
    {
        var text = File.ReadAllText(_root.At(".nuke/environments/staging.json"));
        _root.Write(".nuke/environments/staging.json", text
            .Replace("[10, 50, 100]", "[10, 50]").Replace("\"backend\": \"medusa\"", "\"backnd\": \"medusa\"")
            .Replace("\"mode\": \"test\"", "\"mode\": \"tset\"").Replace("9002", "99022"));

        var run = await Program.RunAsync(_root, "Provision", "--environment", "staging");

        run.ExitCode.ShouldBe(ExitCodes.Configuration);
        foreach (var mistake in new[] { "hosts[0].instances[1]", "hosts[1].instances[1]", "balancer.backend", "balancer.backnd", "stripe.mode", "canary.steps" })
            run.Output.ShouldContain(mistake);
    }

    [Fact]
    public async Task An_ambient_variable_never_names_the_environment()
    {
        var run = await Program.RunAsync(_root, new Dictionary<string, string?> { ["ENVIRONMENT"] = "production", ["NUKE_ENVIRONMENT"] = "staging", ["CONFIRM"] = "production" },
            "DeployBackend");

        (run.ExitCode, run.Output.Contains("DeployBackend needs an environment")).ShouldBe((255, true), run.Output);
    }

    [Fact]
    public async Task A_parameters_file_never_names_the_environment()
    {
        _root.Write(".nuke/parameters.json", "{ \"Environment\": \"staging\" }");

        var run = await Program.RunAsync(_root, "DeployBackend");

        run.ExitCode.ShouldBe(ExitCodes.Configuration, run.Output);
        run.Output.ShouldContain(".nuke/parameters.json sets Environment, which only the command line may");
    }

    [Fact]
    public async Task Json_is_the_only_thing_on_standard_output_also_when_it_fails()
    {
        var run = await Program.RunAsync(_root, "DeployBackend", "--environment", "production", "--output", "json");

        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        (root.GetProperty("schema").GetInt32(), root.GetProperty("exitCode").GetInt32(), root.GetProperty("result").GetString())
            .ShouldBe((1, ExitCodes.Configuration, "failed"));
        root.GetProperty("error").GetProperty("next").GetString().ShouldBe("add --confirm production");
        run.Error.ShouldContain("production is protected");
    }

    [Fact]
    public async Task Help_shows_every_target_with_its_purpose_and_an_example()
    {
        var run = await Program.RunAsync(_root, "--help");

        run.ExitCode.ShouldBe(0);
        foreach (var (target, purpose) in Targets())
        {
            run.Output.ShouldContain($"  {target.Name} ");
            run.Output.ShouldContain($"./build.sh {purpose!.Example}");
        }

        Directory.Exists(_root.At(".nuke/temp")).ShouldBeFalse("help leaves nothing behind");
    }

    [Fact]
    public void Every_target_has_a_purpose_and_its_example_names_it()
    {
        foreach (var (target, purpose) in Targets())
        {
            purpose.ShouldNotBeNull(target.Name);
            purpose.Example.Split(' ')[0].ShouldBe(target.Name);
        }
    }

    [Theory]
    [InlineData("ENVIRONMENT", true)]
    [InlineData("environment", true)]
    [InlineData("NUKE_ENVIRONMENT", true)]
    [InlineData("Plan_Only", true)]
    [InlineData("NUKE-PLAN-ONLY", true)]
    [InlineData("ENVIRONMENTS", false)]
    [InlineData("MY_ENVIRONMENT", false)]
    [InlineData("PATH", false)]
    public void Ambient_variables_that_would_aim_a_command_are_found(string variable, bool found) =>
        CommandLineOnlyGuard.Ambient(["Environment", "PlanOnly"], [variable]).ShouldBe(found ? [variable] : []);

    /// <summary>Those that people ask for; RehearseEnd is unlisted and only comes along with Rehearse.</summary>
    private static IEnumerable<(PropertyInfo Target, PurposeAttribute? Purpose)> Targets() =>
        typeof(StoreBuild).GetInterfaces()
            .Where(component => component.Namespace == typeof(IHazOperations).Namespace)
            .SelectMany(component => component.GetProperties())
            .Where(property => property.PropertyType == typeof(Nuke.Common.Target) && property.Name != nameof(IRehearse.RehearseEnd))
            .Select(property => (property, property.DeclaringType!.GetCustomAttribute<PurposeAttribute>()));
}
