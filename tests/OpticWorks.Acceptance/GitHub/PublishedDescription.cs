using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>GitHub's published OpenAPI description of its REST API, from the npm package that GitHub's own clients are generated from, at the version of the
/// lockfile beside this file. Installed once into the user's cache.</summary>
internal static class PublishedDescription
{
    private const string File = "api.github.com.json";

    private static readonly Lazy<Task<ApiDescription>> Read = new(ReadAsync);

    private static string Sources { get; } = Path.Combine(Checkout.Root, "tests", "OpticWorks.Acceptance", "GitHub", "Description");

    public static Task<ApiDescription> GetAsync() => Read.Value;

    private static async Task<ApiDescription> ReadAsync()
    {
        using var manifest = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(Path.Combine(Sources, "package.json")));
        var version = manifest.RootElement.GetProperty("dependencies").GetProperty("@octokit/openapi").GetString();
        var path = Path.Combine(LocalPlace.Cache, "tests", $"github-description-{version}.json");
        if (!System.IO.File.Exists(path))
            await InstallAsync(path);
        return new ApiDescription(JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(path)).RootElement);
    }

    /// <summary>Of a package of hundreds of megabytes one file is kept. It appears whole or not at all.</summary>
    private static async Task InstallAsync(string path)
    {
        var pnpm = await TestTools.In(LocalPlace.Cache)(PinnedProgram.Pnpm, CancellationToken.None);
        var part = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():n}.part";
        Directory.CreateDirectory(part);
        try
        {
            foreach (var file in Directory.GetFiles(Sources))
                System.IO.File.Copy(file, Path.Combine(part, Path.GetFileName(file)));
            var install = pnpm.Command("install", "--frozen-lockfile", "--prod", "--ignore-scripts", "--ignore-workspace",
                "--config.node-linker=hoisted", "--store-dir", Path.Combine(part, ".store"), "--reporter=append-only");
            (await LocalProcess.RunAsync(install with
            {
                WorkingDirectory = part,
                Limit = TimeSpan.FromMinutes(8),
                Environment = new Dictionary<string, string?>(install.Environment) { ["CI"] = "true", ["XDG_CACHE_HOME"] = part, ["XDG_STATE_HOME"] = part, ["XDG_DATA_HOME"] = part },
            })).OrFail("pnpm could not install GitHub's description");
            System.IO.File.Move(Path.Combine(part, "node_modules", "@octokit", "openapi", "generated", File), path, overwrite: true);
        }
        finally
        {
            Directory.Delete(part, recursive: true);
        }
    }
}
