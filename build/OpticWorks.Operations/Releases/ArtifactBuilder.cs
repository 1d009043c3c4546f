using System.Text.Json;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Storefront.Bundles;

namespace OpticWorks.Operations.Releases;

/// <summary>What a storefront bundle is compiled for.</summary>
/// <param name="Environment">The environment's name.</param>
/// <param name="Variables">What next build sees, NEXT_PUBLIC_MEDUSA_BACKEND_URL among it.</param>
public sealed record StorefrontTarget(string Environment, IReadOnlyDictionary<string, string> Variables)
{
    public static StorefrontTarget Of(StoreEnvironment environment) => new(environment.Name,
        new Dictionary<string, string>(environment.Storefront.Variables)
        {
            ["NEXT_PUBLIC_MEDUSA_BACKEND_URL"] = environment.Api.Url.GetLeftPart(UriPartial.Authority),
        });
}

/// <summary>
/// Builds a store into one artifact of archives under artifacts/: each archive is made once for its inputs and found again by
/// their digest, so an unchanged store builds nothing.
/// </summary>
public sealed class ArtifactBuilder(StoreLayout store, ArtifactFolder artifacts, INarrator narrator)
{
    /// <summary>Bump when the way an archive is made changes, so that old ones are not found again.</summary>
    private const string Recipe = "1";

    /// <returns>The manifest, written to the folder together with its archives.</returns>
    public async Task<ArtifactManifest> BuildAsync(
        StorePrograms programs, IReadOnlyList<StorefrontTarget> storefronts, string? commit, CancellationToken cancellationToken)
    {
        // Storefronts one after another: each is built in the same folder.
        var parts = (await Together.RunAsync<IReadOnlyList<ArtifactPart>>(
        [
            async token => [await PartAsync(PartKind.Backend, null, BackendInputs(programs), BuildBackendAsync, programs, token).ConfigureAwait(false)],
            async token => [await PartAsync(PartKind.Layer, null, LayerInputs(programs), BuildLayerAsync, programs, token).ConfigureAwait(false)],
            async token =>
            {
                var built = new List<ArtifactPart>();
                foreach (var storefront in storefronts)
                {
                    built.Add(await PartAsync(PartKind.Storefront, storefront.Environment, StorefrontInputs(programs, storefront),
                        (tools, scratch, token) => BuildStorefrontAsync(tools, storefront, scratch, token), programs, token).ConfigureAwait(false));
                }

                return built;
            },
        ], cancellationToken).ConfigureAwait(false)).SelectMany(built => built).ToList();

        var manifest = ArtifactManifest.Of(parts, commit, DateTimeOffset.UtcNow);
        var known = artifacts.Find(manifest.Digest);
        if (known is not null && known.Commit == commit)
            return known;
        artifacts.Save(manifest);
        return manifest;
    }

    /// <summary>Digests of what each archive would be made from, by the archive's label; nothing is built.</summary>
    public IReadOnlyDictionary<string, string> InputDigests(StorePrograms programs, IReadOnlyList<StorefrontTarget> storefronts) =>
        new[] { (PartKind.Backend, (string?)null, BackendInputs(programs)), (PartKind.Layer, null, LayerInputs(programs)) }
            .Concat(storefronts.Select(target => (PartKind.Storefront, (string?)target.Environment, StorefrontInputs(programs, target))))
            .ToDictionary(part => Label(part.Item1, part.Item2), part => DigestOf(part.Item3));

    private static string DigestOf(Inputs inputs) => inputs.Value("recipe", Recipe).Digest();

    private static string Label(PartKind kind, string? environment) =>
        environment is null ? kind.ToString().ToLowerInvariant() : $"{kind.ToString().ToLowerInvariant()} for {environment}";

    private async Task<ArtifactPart> PartAsync(
        PartKind kind,
        string? environment,
        Inputs inputs,
        Func<StorePrograms, string, CancellationToken, Task<IReadOnlyList<(string Name, string Directory)>>> build,
        StorePrograms programs,
        CancellationToken cancellationToken)
    {
        var digest = DigestOf(inputs);
        var label = Label(kind, environment);
        if (artifacts.FindPart(digest) is { } known)
        {
            narrator.Say("build", $"{label} unchanged (content {known.Content[..12]})");
            return known with { Environment = environment };
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        narrator.Say("build", $"{label} (inputs {digest[..12]})");
        var scratch = artifacts.NewScratch();
        try
        {
            var roots = await build(programs, scratch, cancellationToken).ConfigureAwait(false);
            var archive = Path.Combine(scratch, "archive.tar.zst");
            var written = await TarArchive.WriteAsync(roots, archive, programs.Zstd, cancellationToken).ConfigureAwait(false);
            var part = new ArtifactPart(kind, environment, digest, written.Content, written.File, written.Length);
            artifacts.AddPart(part, archive);
            narrator.Say("build", $"{label} built, {written.Length / 1048576.0:0.0} MiB, {clock.Elapsed.TotalSeconds:0.0} s (content {part.Content[..12]})");
            return part;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private Inputs BackendInputs(StorePrograms programs) => new Inputs()
        .Value("programs", programs.Versions)
        .Folder("backend", store.Backend, "test", "tests", "README.md")
        .FileAt("lockfile", store.BackendLockfile);

    private Inputs LayerInputs(StorePrograms programs) => new Inputs()
        .Value("programs", programs.Versions)
        .Value("trimmed", "2") // Bump when Trim changes.
        .FileAt("manifest", Path.Combine(store.Backend, "package.json"))
        .FileAt("lockfile", store.BackendLockfile)
        .FileAt("workspace", Path.Combine(store.Directory, "pnpm-workspace.yaml"))
        .FileAt("npmrc", Path.Combine(store.Directory, ".npmrc"));

    private Inputs StorefrontInputs(StorePrograms programs, StorefrontTarget target)
    {
        var inputs = new Inputs()
            .Value("programs", programs.Versions)
            .Folder("storefront", store.Storefront, "test", "tests", "README.md")
            .FileAt("lockfile", store.StorefrontLockfile)
            .FileAt("manifest", Path.Combine(store.Directory, "package.json"));
        inputs.Value("environment", target.Environment); // It stands in the bundle.
        foreach (var (name, value) in target.Variables)
            inputs.Value($"variable {name}", value);
        return inputs;
    }

    private async Task<IReadOnlyList<(string, string)>> BuildBackendAsync(StorePrograms programs, string scratch, CancellationToken cancellationToken)
    {
        await RunAsync(programs.PnpmIn(store.Backend, "build"), "The backend does not build", cancellationToken).ConfigureAwait(false);
        var output = Path.Combine(store.Backend, ".medusa", "server");
        if (!File.Exists(Path.Combine(output, "package.json")))
            throw new OperationException("The backend's build ended well but wrote no .medusa/server", ExitCodes.Engine) { Where = store.Backend };
        return [("", output)];
    }

    /// <summary>The production dependencies, hoisted (no links out of the folder), so that they can be moved to a host.</summary>
    private async Task<IReadOnlyList<(string, string)>> BuildLayerAsync(StorePrograms programs, string scratch, CancellationToken cancellationToken)
    {
        var layer = Path.Combine(scratch, "layer");
        if (store.BackendStandsAlone)
        {
            Directory.CreateDirectory(layer);
            File.Copy(Path.Combine(store.Backend, "package.json"), Path.Combine(layer, "package.json"));
            File.Copy(store.BackendLockfile, Path.Combine(layer, "pnpm-lock.yaml"));
            await RunAsync(programs.PnpmIn(layer, "install", "--prod", "--frozen-lockfile", "--prefer-offline", "--ignore-workspace", "--ignore-scripts",
                    "--config.node-linker=hoisted", "--config.package-import-method=hardlink", "--reporter=append-only"),
                "The backend's production dependencies could not be installed", cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await RunAsync(programs.PnpmIn(store.Directory, "--filter", "./packages/medusa-backend", "deploy", "--prod", "--legacy",
                    "--ignore-scripts", "--config.node-linker=hoisted", layer),
                "The backend's production dependencies could not be installed", cancellationToken).ConfigureAwait(false);
        }

        var modules = Path.Combine(layer, "node_modules");
        CreateMigrationFolders(modules);
        Trim(modules);
        return [("node_modules", modules)];
    }

    /// <summary>
    /// Medusa's db:migrate creates dist/migrations in packages that lack it. On a host the layer is read-only for the service's
    /// user, and the migration would fail after it was applied; so the folders are made here.
    /// </summary>
    private static void CreateMigrationFolders(string modules)
    {
        var medusa = Path.Combine(modules, "@medusajs");
        if (!Directory.Exists(medusa))
            return;
        foreach (var package in Directory.EnumerateDirectories(medusa))
        {
            var compiled = Path.Combine(package, "dist");
            if (Directory.Exists(compiled))
                Directory.CreateDirectory(Path.Combine(compiled, "migrations"));
        }
    }

    /// <summary>Takes out what no program reads at run time: type declarations and source maps, half of all files; and pnpm's own notes, which hold the time of the
    /// installation, so that the same dependencies are the same bytes.</summary>
    internal static void Trim(string modules)
    {
        foreach (var note in Directory.EnumerateFiles(modules, ".modules.yaml").Concat(Directory.EnumerateFiles(modules, ".pnpm-workspace-state*.json")))
            File.Delete(note);
        foreach (var path in Directory.EnumerateFiles(modules, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (path.EndsWith(".map", StringComparison.Ordinal) || path.EndsWith(".d.ts", StringComparison.Ordinal)
                || path.EndsWith(".d.mts", StringComparison.Ordinal) || path.EndsWith(".d.cts", StringComparison.Ordinal))
            {
                File.Delete(path);
            }
        }
    }

    private async Task<IReadOnlyList<(string, string)>> BuildStorefrontAsync(
        StorePrograms programs, StorefrontTarget target, string scratch, CancellationToken cancellationToken)
    {
        var command = programs.PnpmIn(store.Directory, "build:frontend");
        var variables = new Dictionary<string, string?>(command.Environment);
        foreach (var (name, value) in target.Variables)
            variables[name] = value;
        await RunAsync(command with { Environment = variables }, $"The storefront does not build for {target.Environment}", cancellationToken).ConfigureAwait(false);

        var output = Path.Combine(store.Storefront, ".open-next");
        if (!File.Exists(Path.Combine(output, "worker.js")))
            throw new OperationException("The storefront's build ended well but wrote no .open-next/worker.js", ExitCodes.Engine) { Where = store.Storefront };
        var top = Path.Combine(scratch, "top");
        Directory.CreateDirectory(top);
        foreach (var source in Directory.EnumerateFiles(store.Storefront).Where(IsWorkerFile))
            File.Copy(source, Path.Combine(top, Path.GetFileName(source)));
        await File.WriteAllTextAsync(Path.Combine(top, BundleStamp.FileName), new BundleStamp(target.Environment, target.Variables).Write(), cancellationToken).ConfigureAwait(false);
        return [("", top), (".open-next", output)];
    }

    /// <summary>wrangler's configuration, and the Worker's own entry where the store wraps OpenNext's.</summary>
    private static bool IsWorkerFile(string path) =>
        Path.GetFileNameWithoutExtension(path) is "wrangler" or "worker"
        && Path.GetExtension(path) is (".jsonc" or ".json" or ".toml" or ".ts" or ".js" or ".mjs");

    private async Task RunAsync(LocalCommand command, string failure, CancellationToken cancellationToken)
    {
        var result = await LocalProcess.RunAsync(command, line => narrator.Detail("build", line), cancellationToken).ConfigureAwait(false);
        result.OrFail(failure, ExitCodes.Engine, "mend it, then ./build.sh Build; all output: --verbosity verbose");
    }
}
