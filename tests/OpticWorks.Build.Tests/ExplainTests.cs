using System.Reflection;
using System.Text.Json;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Explanations;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests;

public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public ExplainTests()
    {
        foreach (var name in new[] { "production.json", "production.known_hosts" })
            _root.CopyFromCheckout($".nuke/environments/{name}");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Every_listed_target_states_what_it_changes_needs_and_undoes()
    {
        var purposes = typeof(StoreBuild).GetInterfaces()
            .Select(component => component.GetCustomAttribute<PurposeAttribute>()).OfType<PurposeAttribute>().ToArray();

        purposes.Select(purpose => purpose.Example.Split(' ')[0]).Order(StringComparer.Ordinal).ShouldBe(TargetNames.All);
        foreach (var purpose in purposes)
        {
            purpose.Effects.ShouldNotBeNullOrWhiteSpace(purpose.Example);
            purpose.Needs.ShouldNotBeNullOrWhiteSpace(purpose.Example);
            purpose.Undo.ShouldNotBeNullOrWhiteSpace(purpose.Example);
        }
    }

    [Fact]
    public async Task All_that_is_known_of_a_target_is_shown_and_nothing_else()
    {
        var run = await Program.RunAsync(_root, "Explain", "--of", "deploy-backend");

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldStartWith("DeployBackend: Put a release on every backend instance, without downtime\n");
        foreach (var part in new[]
        {
            "  example     ./build.sh DeployBackend --environment staging", "  depends on  Build, Test",
            "  runs        Restore, then Build, then Test, then DeployBackend", "  changes     On the backend hosts",
            "  needs       --environment, and --confirm", "  undoes      A failure or the first Ctrl-C undoes", "(required)",
        })
            run.Output.ShouldContain(part);
    }

    [Theory]
    [InlineData("DeployBackend")]
    [InlineData("Rehearse")] // brings RehearseEnd along
    public async Task The_order_is_that_of_the_engine(string target)
    {
        // Refused before anything runs, with the engine's own plan in the document.
        var refused = await Program.RunAsync(_root, target, "--environment", "production", "--output", "json");
        var explained = await Program.RunAsync(_root, "Explain", "--of", target, "--output", "json");

        refused.ExitCode.ShouldBe(ExitCodes.Configuration);
        explained.ExitCode.ShouldBe(0, explained.Error);
        Explanation(explained.Output, "order").ShouldBe(Names(refused.Output));
        explained.Error.ShouldContain(target);
    }

    [Theory]
    [InlineData("Explain --of Bild", "There is no target \"Bild\"", "did you mean \"Build\"?")]
    [InlineData("Explain --of zzzzzzzz", "There is no target \"zzzzzzzz\"", "./build.sh --help")]
    [InlineData("Explain", "Explain needs the name of a target", "./build.sh Explain --of Abort|Audit|Backup|Build|")]
    [InlineData("Explain LocalDown", "LocalDown neither", "./build.sh Explain --of LocalDown")]
    [InlineData("Completion --shell tcsh", "There is no completion for the shell \"tcsh\"", "--shell bash|zsh|fish|powershell")]
    public async Task What_cannot_be_answered_is_refused_and_nothing_runs(string arguments, string what, string next)
    {
        var run = await Program.RunAsync(_root, arguments.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Engine, run.Output + run.Error);
        run.Output.ShouldContain(what);
        run.Output.ShouldContain(next);
        run.Output.ShouldNotContain("Total", Case.Sensitive, "no target was run");
    }

    private static IEnumerable<string?> Explanation(string text, string list)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("data").GetProperty("explanation").GetProperty(list).EnumerateArray().Select(name => name.GetString())];
    }

    private static IEnumerable<string?> Names(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString())];
    }
}
