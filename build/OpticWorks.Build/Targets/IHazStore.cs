using Nuke.Common;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>The store's checkout, the programs that build it and the folder of what was built.</summary>
internal interface IHazStore : IHazOperations
{
    [Parameter("The store's folder. Default: this repository when it holds apps/storefront, else tests/store")]
    string? StoreDirectory => TryGetValue(() => StoreDirectory);

    StoreLayout Store => StoreLayout.Find(RootDirectory, StoreDirectory);

    ArtifactFolder Artifacts => new(Path.Combine(RootDirectory, "artifacts", "store"));

    async Task<StorePrograms> StoreProgramsAsync(CancellationToken cancellationToken) => new(
        await Toolbox.GetAsync(PinnedProgram.Node, cancellationToken).ConfigureAwait(false),
        await Toolbox.GetAsync(PinnedProgram.Pnpm, cancellationToken).ConfigureAwait(false),
        await Toolbox.GetAsync(PinnedProgram.Zstd, cancellationToken).ConfigureAwait(false));

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
