using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Toolchain;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Releases;

/// <summary>The main job, as people start it, in a root of the test's own: real machines, the real Medusa, the real workerd.</summary>
public sealed class RehearsalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);

    private readonly string _root = Directory.CreateTempSubdirectory("ow-rehearsal-").FullName;

    public RehearsalTests()
    {
        var environments = Directory.CreateDirectory(Path.Combine(_root, ".nuke", "environments"));
        File.Copy(Path.Combine(Checkout.Root, ".nuke", "environments", "local.json"), Path.Combine(environments.FullName, "local.json"));
    }

    private static string Store => Path.Combine(Checkout.Root, "tests", "store");

    private string State => Path.Combine(_root, ".nuke", "temp", "local");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_story_is_told_before_anything_is_touched()
    {
        var run = await RunAsync("Rehearse", "--quick", "--plan-only", "--store-directory", Store, "--output", "json");

        run.ExitCode.ShouldBe(ExitCodes.Done, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        document.RootElement.GetProperty("data").GetProperty("plan").EnumerateArray().Select(chapter => chapter.GetProperty("kind").GetString())
            .ShouldBe(["provision", "firstRelease", "shoppers", "backup", "secondRelease", "proof"]);
        document.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()).ShouldBe(["Rehearse", "RehearseEnd"]);
        Remains.Of(State).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_rehearsal_builds_itself_is_not_given_to_it()
    {
        var run = await RunAsync("Rehearse", "--plan-only", "--artifact", new string('a', 64));

        run.ExitCode.ShouldBe(ExitCodes.Configuration, run.Output + run.Error);
        run.Output.ShouldContain("A rehearsal builds the releases that it rehearses");
    }

    /// <summary>The sample store stands outside this root, so that it is restored and compiled where the checkout keeps it.</summary>
    [Trait("Tier", "Campaign")]
    [RootTheory]
    [InlineData("")]
    [InlineData("--quick")]
    public async Task A_release_is_proved_from_commit_to_rollback_and_nothing_is_left(string option)
    {
        var run = await RunAsync(["Rehearse", .. option.Length == 0 ? [] : new[] { option }, "--store-directory", Store, "--output", "json"]);

        run.ExitCode.ShouldBe(ExitCodes.Done, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        document.RootElement.GetProperty("operation").GetString().ShouldNotBeNull().ShouldStartWith(option.Length == 0 ? "DeployBackend-" : "Release-");
        var data = document.RootElement.GetProperty("data");
        data.GetProperty("product").GetProperty("stock").GetInt32().ShouldBeInRange(100, 999);
        var rehearsal = data.GetProperty("rehearsal");
        rehearsal.GetProperty("passed").GetBoolean().ShouldBeTrue();
        rehearsal.GetProperty("verified").GetBoolean().ShouldBeTrue();
        rehearsal.GetProperty("shoppers").GetProperty("failed").GetInt32().ShouldBe(0);
        rehearsal.GetProperty("shoppers").GetProperty("sent").GetInt32().ShouldBeGreaterThan(1000);
        rehearsal.GetProperty("releases").GetArrayLength().ShouldBe(option.Length == 0 ? 4 : 2);
        rehearsal.GetProperty("shoppers").GetProperty("given").GetInt32().ShouldBeInRange(option.Length == 0 ? 1 : 0, option.Length == 0 ? 1000 : 0);
        run.Error.ShouldContain("in stock, as in PostgreSQL");
        (await File.ReadAllTextAsync(Path.Combine(_root, "artifacts", "rehearsal.html"))).ShouldContain("<h2>Journal</h2>");
        Remains.Of(State).ShouldBeEmpty();
    }

    [RootFact]
    public async Task Without_rights_it_says_so_at_once_and_makes_nothing()
    {
        var program = Path.Combine(_root, "program");
        (await LocalProcess.RunAsync(new LocalCommand("cp", "-r", AppContext.BaseDirectory, program))).OrFail("copy");
        (await LocalProcess.RunAsync(new LocalCommand("chown", "-R", "65534:65534", _root))).OrFail("chown");

        var run = await LocalProcess.RunAsync(new LocalCommand("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
            "dotnet", Path.Combine(program, "OpticWorks.Build.dll"), "LocalUp")
        { WorkingDirectory = _root, Environment = Variables(Path.Combine(_root, "cache")), Limit = Limit });

        run.ExitCode.ShouldBe(ExitCodes.Configuration, run.Output + run.Error);
        run.Output.ShouldContain("needs root, or sudo without a password");
        Directory.Exists(State).ShouldBeFalse();
    }

    private Task<ProcessResult> RunAsync(params string[] arguments) =>
        LocalProcess.RunAsync(new LocalCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpticWorks.Build.dll"), .. arguments])
        {
            WorkingDirectory = _root,
            Environment = Variables(LocalPlace.Cache),
            Limit = Limit,
        });

    private Dictionary<string, string?> Variables(string cache) => new()
    {
        ["NUKE_ROOT"] = _root,
        ["OPTICWORKS_CACHE"] = cache,
        ["NO_COLOR"] = "1",
        ["HOME"] = Environment.GetEnvironmentVariable("HOME"),
        ["DOTNET_CLI_HOME"] = _root,
    };
}
