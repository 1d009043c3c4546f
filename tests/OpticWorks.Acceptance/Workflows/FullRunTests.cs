using System.Text.Json;
using System.Text.RegularExpressions;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Workflows;

/// <summary>A workflow's scripts for real: the program compiled in a clean clone, the real store built and tested there, the artifact handed on by its digest; and what
/// came out is what the same commands make in a laptop's checkout.</summary>
[Trait("Tier", "Campaign")]
public sealed partial class FullRunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ow-full-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The backend's output and its dependency layer are the same to the byte. Next.js names its builds by chance, so of the storefront the inputs are compared.</summary>
    [Fact]
    public async Task A_clean_clone_builds_the_artifact_that_a_laptop_builds()
    {
        var runner = await CloneAsync("runner");
        var (run, told) = await ProgramAsync(runner, "RunWorkflow", "--file", ".github/workflows/deploy-backend.yml", "--job", "build", "--output", "json");
        var (laptop, toldThere) = await ProgramAsync(await CloneAsync("laptop"), "Restore", "Build", "Test", "--output", "json");

        var job = run.GetProperty("data").GetProperty("jobs")[0];
        job.GetProperty("result").GetString().ShouldBe("success");
        job.GetProperty("outputs").GetProperty("digest").GetString()!.ShouldMatch("^[0-9a-f]{64}$");
        Built(told).Keys.ShouldContain("backend content");
        Built(told).ShouldBe(Built(toldThere), ignoreOrder: true);
        var parts = laptop.GetProperty("data").GetProperty("artifact").GetProperty("parts").EnumerateArray();
        Built(told)["backend content"].ShouldBe(parts.Single(part => part.GetProperty("kind").GetString() == "backend").GetProperty("content").GetString()![..12]);
    }

    /// <summary>What was told of what was built: digests of every part's inputs, and of what came out of the backend's.</summary>
    private static Dictionary<string, string> Built(string told) => BuiltPart().Matches(told)
        .Select(match => (What: $"{match.Groups[1].Value} {match.Groups[2].Value}", Digest: match.Groups[3].Value))
        .Where(found => !found.What.StartsWith("storefront", StringComparison.Ordinal) || found.What.EndsWith("inputs", StringComparison.Ordinal))
        .ToDictionary(found => found.What, found => found.Digest);

    [GeneratedRegex(@"build +((?:backend|layer|storefront)[^(\n]*?)(?: built,[^(\n]*| unchanged)? \((inputs|content) ([0-9a-f]{12})\)")]
    private static partial Regex BuiltPart();

    [Fact]
    public async Task The_checks_of_a_pull_request_pass_in_a_clean_clone()
    {
        var (run, _) = await ProgramAsync(await CloneAsync("runner"), "RunWorkflow", "--file", ".github/workflows/ci.yml", "--job", "store", "--output", "json");

        run.GetProperty("data").GetProperty("jobs")[0].GetProperty("result").GetString().ShouldBe("success");
    }

    private async Task<string> CloneAsync(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        (await LocalProcess.RunAsync(new LocalCommand("git", "clone", "--quiet", "--no-hardlinks", Checkout.Root, path) { Limit = TimeSpan.FromMinutes(2) })).OrFail("git clone");
        return path;
    }

    /// <returns>Its document, and what it told meanwhile.</returns>
    private static async Task<(JsonElement Document, string Told)> ProgramAsync(string root, params string[] words)
    {
        var run = await LocalProcess.RunAsync(new LocalCommand(Path.Combine(root, "build.sh"), words)
        {
            WorkingDirectory = root,
            Environment = new Dictionary<string, string?> { ["NUKE_ROOT"] = null, ["GITHUB_ACTIONS"] = null, ["OPTICWORKS_CACHE"] = LocalPlace.Cache },
            Limit = TimeSpan.FromMinutes(45),
        });
        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        return (JsonDocument.Parse(run.Output).RootElement, run.Error);
    }
}
