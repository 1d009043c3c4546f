using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Toolchain;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Releases;

/// <summary>The main job, as people start it, in a root of the test's own: real machines, the real Medusa, the real workerd.</summary>
public sealed class RehearsalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private readonly string _root = Directory.CreateTempSubdirectory("ow-rehearsal-").FullName;

    public RehearsalTests()
    {
        var environments = Directory.CreateDirectory(Path.Combine(_root, ".nuke", "environments"));
        File.Copy(Path.Combine(Checkout.Root, ".nuke", "environments", "local.json"), Path.Combine(environments.FullName, "local.json"));
    }

    private string State => Path.Combine(_root, ".nuke", "temp", "local");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [RootFact]
    public async Task A_release_is_proved_from_commit_to_page_and_nothing_is_left()
    {
        // The sample store stands outside this root, so that it is restored and compiled where the checkout keeps it.
        var run = await RunAsync("Rehearse", "--store-directory", Path.Combine(Checkout.Root, "tests", "store"), "--output", "json");

        run.ExitCode.ShouldBe(ExitCodes.Done, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        var data = document.RootElement.GetProperty("data");
        data.GetProperty("product").GetProperty("stock").GetInt32().ShouldBeInRange(100, 999);
        data.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString())
            .ShouldContain("Fetch the storefront's page");
        run.Error.ShouldContain("in stock, as in PostgreSQL");
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
