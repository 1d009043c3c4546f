using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// wrangler with its dependencies, installed by the pinned pnpm from the lockfile embedded beside this file. node_modules is
/// laid out flat, because a flat tree still works after its folder was renamed.
/// </summary>
internal sealed class WranglerRecipe(string version) : IRecipe
{
    /// <summary>Longest time for its 200 MiB.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(8);

    public string Id => $"wrangler-{version}";

    public int NeededMebibytes => 700;

    public async Task InstallAsync(string folder, string home, Workshop workshop, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "package.json", "pnpm-lock.yaml" })
        {
            await using var resource = typeof(WranglerRecipe).Assembly.GetManifestResourceStream($"wrangler/{name}")!;
            await using var file = File.Create(Path.Combine(folder, name));
            await resource.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }

        var pnpm = await workshop.Toolbox.DefaultAsync(PinnedProgram.Pnpm, cancellationToken).ConfigureAwait(false);
        var scratch = Path.Combine(folder, ".pnpm-scratch");
        var install = pnpm.Command(
            "install", "--frozen-lockfile", "--prod", "--ignore-scripts", "--ignore-workspace",
            "--config.node-linker=hoisted", "--config.package-import-method=hardlink", "--store-dir", Path.Combine(scratch, "store"),
            "--reporter=append-only");
        var result = await LocalProcess.RunAsync(install with
        {
            WorkingDirectory = folder,
            Limit = InstallLimit,
            Environment = new Dictionary<string, string?>(install.Environment)
            {
                ["CI"] = "true",
                ["NODE_ENV"] = null,
                // pnpm's own caches would otherwise be left in the user's home.
                ["XDG_CACHE_HOME"] = Path.Combine(scratch, "cache"),
                ["XDG_STATE_HOME"] = Path.Combine(scratch, "state"),
                ["XDG_DATA_HOME"] = Path.Combine(scratch, "data"),
            },
        }, line => workshop.Narrator.Detail("toolchain", line), cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new InstallException($"pnpm could not install wrangler {version}", result.Tail());
        Directory.Delete(scratch, recursive: true);
    }

    public string Executable(string home) => Path.Combine(home, "node_modules", "wrangler", "bin", "wrangler.js");
}
