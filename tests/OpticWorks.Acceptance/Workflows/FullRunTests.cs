using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Workflows;

/// <summary>A workflow's scripts for real: the program compiled in a clean clone, the real store built and tested there, the artifact handed on by its digest; and what
/// came out is what the same commands make in a laptop's checkout.</summary>
[Trait("Tier", "Campaign")]
public sealed class FullRunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ow-full-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_clean_clone_builds_the_artifact_that_a_laptop_builds()
    {
        var runner = await CloneAsync("runner");
        var run = await ProgramAsync(runner, "RunWorkflow", "--file", ".github/workflows/deploy-backend.yml", "--job", "build", "--output", "json");
        var laptop = await ProgramAsync(await CloneAsync("laptop"), "Restore", "Build", "Test", "--output", "json");

        var job = run.GetProperty("data").GetProperty("jobs")[0];
        job.GetProperty("result").GetString().ShouldBe("success");
        job.GetProperty("outputs").GetProperty("digest").GetString().ShouldBe(laptop.GetProperty("data").GetProperty("artifact").GetProperty("digest").GetString());
    }

    [Fact]
    public async Task The_checks_of_a_pull_request_pass_in_a_clean_clone()
    {
        var run = await ProgramAsync(await CloneAsync("runner"), "RunWorkflow", "--file", ".github/workflows/ci.yml", "--job", "store", "--output", "json");

        run.GetProperty("data").GetProperty("jobs")[0].GetProperty("result").GetString().ShouldBe("success");
    }

    private async Task<string> CloneAsync(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        (await LocalProcess.RunAsync(new LocalCommand("git", "clone", "--quiet", "--no-hardlinks", Checkout.Root, path) { Limit = TimeSpan.FromMinutes(2) })).OrFail("git clone");
        return path;
    }

    private static async Task<JsonElement> ProgramAsync(string root, params string[] words)
    {
        var run = await LocalProcess.RunAsync(new LocalCommand(Path.Combine(root, "build.sh"), words)
        {
            WorkingDirectory = root,
            Environment = new Dictionary<string, string?> { ["NUKE_ROOT"] = null, ["GITHUB_ACTIONS"] = null, ["OPTICWORKS_CACHE"] = LocalPlace.Cache },
            Limit = TimeSpan.FromMinutes(45),
        });
        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
