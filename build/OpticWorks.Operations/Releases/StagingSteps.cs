using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Releases;

/// <summary>The steps that bring releases to a backend host, and remove them from it.</summary>
internal sealed class StagingSteps(ReleaseSettings releases, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, INarrator narrator)
{
    private readonly HostLayout _layout = new(releases.Directory);

    /// <param name="environmentText">The release's configuration as a file.</param>
    public Step Stage(BackendHost settings, ReleaseId release, ArtifactManifest artifact, ArtifactFolder folder, string environmentText)
    {
        var host = connect(settings);
        var fenced = fence(host);
        var path = _layout.Release(release);
        return new Step("stage", settings.Name)
        {
            Do = async token =>
            {
                var layer = artifact.Layer;
                var fresh = !(await host.RunAsync(ReleaseCommands.Exists(_layout.Layer(layer.Content)), null, null, token).ConfigureAwait(false)).Succeeded;
                if (fresh)
                    await UnpackAsync(fenced, layer, folder, _layout.Layer(layer.Content), token).ConfigureAwait(false);
                await UnpackAsync(fenced, artifact.Backend, folder, path, token).ConfigureAwait(false);
                var input = new WholeInput(environmentText);
                var furnished = await input.RunAsync(fenced, ReleaseCommands.Furnish(_layout, release, layer.Content, input.Length), token).ConfigureAwait(false);
                furnished.OrFail($"The release could not be completed on {host.Name}");
                return fresh ? $"with its dependencies, {(artifact.Backend.Length + layer.Length) / 1048576.0:0.0} MiB" : $"{artifact.Backend.Length / 1048576.0:0.0} MiB, dependencies unchanged";
            },
            Undo = async token => (await fenced.RunAsync(ReleaseCommands.Unstage(_layout, release), null, null, token).ConfigureAwait(false)).OrFail($"{path} could not be removed"),
            UndoText = "remove staged release",
        };
    }

    private static async Task UnpackAsync(IHost host, ArtifactPart part, ArtifactFolder folder, string path, CancellationToken cancellationToken)
    {
        await using var archive = File.OpenRead(folder.ArchivePath(part));
        var result = await host.RunAsync(ReleaseCommands.Unpack(path, part.File), archive, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{part.Kind} could not be unpacked on {host.Name}", next: "look at the host's disk; ./build.sh Provision");
    }

    /// <summary>What nothing refers to any more goes; that it cannot is no failure.</summary>
    /// <param name="read">Reads what is remembered of releases.</param>
    public Step Prune(
        BackendHost settings, ReleaseId release, IReadOnlyDictionary<string, string> previous, Func<CancellationToken, Task<IReadOnlyList<ReleaseRecord>>> read) => new("prune", settings.Name)
        {
            Do = async token =>
            {
                try
                {
                    return await PruneAsync(connect(settings), release, previous, read, token).ConfigureAwait(false);
                }
                catch (OperationException e) when (e is not FencedOffException)
                {
                    // The release serves and is recorded: a full disk's corner is no reason to take it back.
                    narrator.Warn("prune", $"{settings.Name} keeps its old releases until the next deployment: {e.Message}{(e.Seen is { Length: > 0 } seen ? $" ({seen.Trim().Split('\n')[^1]})" : "")}");
                    return "could not be done";
                }
            },
            NoUndo = "what it removes, nothing refers to",
        };

    private async Task<string> PruneAsync(
        IHost host, ReleaseId release, IReadOnlyDictionary<string, string> previous, Func<CancellationToken, Task<IReadOnlyList<ReleaseRecord>>> read, CancellationToken cancellationToken)
    {
        var listed = await host.RunAsync(ReleaseCommands.List(_layout), null, null, cancellationToken).ConfigureAwait(false);
        var there = listed.OrFail("The releases cannot be listed").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var records = await read(cancellationToken).ConfigureAwait(false);
        var old = Pruning.Of(there, records, [release.Text, .. previous.Values.Where(name => name.Length > 0)], releases.Keep);
        if (old.Count == 0)
            return $"{there.Length} kept";
        var result = await fence(host).RunAsync(ReleaseCommands.Prune(_layout, old), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail("Old releases could not be removed");
        return $"{old.Count} removed, {there.Length - old.Count} kept";
    }
}
