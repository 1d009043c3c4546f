using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Releases;

/// <summary>The store's installed dependencies: exactly those of its lockfiles.</summary>
public sealed class StoreDependencies(StoreLayout store, INarrator narrator)
{
    private string Stamp => Path.Combine(store.Directory, "node_modules", ".opticworks-restored");

    /// <summary>Installs with the lockfiles frozen, unless that was done for the same lockfiles, manifests and programs.</summary>
    /// <returns>True when it had to install.</returns>
    public async Task<bool> RestoreAsync(StorePrograms programs, CancellationToken cancellationToken)
    {
        var inputs = Inputs(programs).Digest();
        if (File.Exists(Stamp) && await File.ReadAllTextAsync(Stamp, cancellationToken).ConfigureAwait(false) == inputs && AllInstalled())
        {
            narrator.Say("restore", "dependencies unchanged");
            return false;
        }

        if (File.Exists(Stamp))
            File.Delete(Stamp);
        narrator.Say("restore", $"installing the dependencies of {store.Directory} (about 15 s cold)");
        var result = await LocalProcess.RunAsync(
            programs.PnpmIn(store.Directory, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"),
            line => narrator.Detail("restore", line), cancellationToken).ConfigureAwait(false);
        result.OrFail("The store's dependencies could not be installed", ExitCodes.Engine,
            result.Output.Contains("ERR_PNPM_OUTDATED_LOCKFILE") ? "pnpm install, and commit the lockfile" : "./build.sh Restore --verbosity verbose");
        await File.WriteAllTextAsync(Stamp, inputs, cancellationToken).ConfigureAwait(false);
        narrator.Say("restore", $"dependencies installed in {result.Duration.TotalSeconds:0.0} s");
        return true;
    }

    private Inputs Inputs(StorePrograms programs)
    {
        var inputs = new Inputs().Value("programs", programs.Versions).Value("directory", store.Directory);
        foreach (var folder in Packages().Prepend(store.Directory))
        {
            foreach (var file in new[] { "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc" })
                inputs.FileAt($"{Path.GetRelativePath(store.Directory, folder)}/{file}", Path.Combine(folder, file));
        }

        return inputs;
    }

    private bool AllInstalled() => new[] { store.Backend, store.Storefront }.All(package => Directory.Exists(Path.Combine(package, "node_modules")));

    private IEnumerable<string> Packages() =>
        new[] { "packages", "apps" }
            .Select(folder => Path.Combine(store.Directory, folder))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Order(StringComparer.Ordinal);
}
