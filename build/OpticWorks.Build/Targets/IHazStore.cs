using System.Text.Json.Nodes;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>The store's checkout, the programs that build it and the folder of what was built.</summary>
internal interface IHazStore : IHazOperations
{
    [Parameter("The store's folder. Default: this repository when it holds apps/storefront, else tests/store")]
    string? StoreDirectory => TryGetValue(() => StoreDirectory);

    [Parameter("Use this artifact, by its digest, instead of building one", Name = "Artifact")]
    [CommandLineOnly]
    string? ArtifactDigest => TryGetValue(() => ArtifactDigest);

    StoreLayout Store => StoreLayout.Find(RootDirectory, StoreDirectory);

    ArtifactFolder Artifacts => new(Path.Combine(RootDirectory, "artifacts", "store"));

    /// <summary>The programs that build the store, at the versions that it pins itself.</summary>
    async Task<StorePrograms> StoreProgramsAsync(CancellationToken cancellationToken)
    {
        using var toolbox = new Toolbox(Session.CacheDirectory, Narrator, StorePins.Read(Store.Directory));
        return new StorePrograms(
            await toolbox.GetAsync(PinnedProgram.Node, cancellationToken).ConfigureAwait(false),
            await toolbox.GetAsync(PinnedProgram.Pnpm, cancellationToken).ConfigureAwait(false),
            await toolbox.GetAsync(PinnedProgram.Zstd, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The wrangler of the store's own lockfile when Restore installed one, else the toolchain's.</summary>
    async Task<Tool> WranglerAsync(StorePrograms programs, CancellationToken cancellationToken)
    {
        var package = Path.Combine(Store.Storefront, "node_modules", "wrangler");
        var own = Path.Combine(package, "bin", "wrangler.js");
        return File.Exists(own)
            ? programs.Node with { Name = "wrangler", Leading = [own], Version = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(package, "package.json"), cancellationToken).ConfigureAwait(false))!["version"]!.GetValue<string>() }
            : await Toolbox.GetAsync(PinnedProgram.Wrangler, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The store's commit, with "-dirty" when its files differ from it; null outside a git checkout.</summary>
    async Task<string?> StoreCommitAsync(CancellationToken cancellationToken)
    {
        var head = await Git("rev-parse", "HEAD").ConfigureAwait(false);
        if (!head.Succeeded)
            return null;
        var status = await Git("status", "--porcelain", "--untracked-files=normal", "--", ".").ConfigureAwait(false);
        return head.Output.Trim() + (status.Output.Trim().Length > 0 ? "-dirty" : "");

        Task<ProcessResult> Git(params string[] arguments) =>
            LocalProcess.RunAsync(new LocalCommand("git", arguments) { WorkingDirectory = Store.Directory }, null, cancellationToken);
    }
}
