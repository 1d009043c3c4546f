using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Toolchain;

/// <summary>Which Node a store gets: this suite's if its range allows that, else the newest that it allows.</summary>
internal static class NodeChoice
{
    /// <summary>The pin for a range; asks the registry for versions at most once, because the choice is kept in the cache.</summary>
    public static async Task<Pin> ForAsync(NpmRange range, CacheFolder cache, HttpClient http, CancellationToken cancellationToken)
    {
        var own = ProgramVersion.Parse(Pins.Node.Version);
        if (range.AlternativeOf(own) is { } allowing)
            return Pins.NodeAt(Pins.Node, Pins.Node22.And(allowing));

        var chosen = range.Alternatives is [{ IsExact: true, Minimum: { } exact }]
            ? exact
            : await KeptAsync(range, cache, http, cancellationToken).ConfigureAwait(false);
        return Pins.NodeAt(new NpmPackage(Pins.NodePackageName, chosen.Text, null), range.AlternativeOf(chosen)!);
    }

    /// <summary>The newest version of an even major (those get long support), else the newest; null when the range allows none.</summary>
    internal static ProgramVersion? Choose(NpmRange range, IEnumerable<ProgramVersion> versions) =>
        versions.Where(range.Contains).OrderBy(version => version.Major % 2).ThenByDescending(version => version).FirstOrDefault();

    private static async Task<ProgramVersion> KeptAsync(NpmRange range, CacheFolder cache, HttpClient http, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(range.Text)))[..12];
        var kept = cache.Record($"node-for-{digest}");
        if (File.Exists(kept) && ProgramVersion.TryParse(await File.ReadAllTextAsync(kept, cancellationToken).ConfigureAwait(false), out var before)
            && range.Contains(before))
        {
            return before;
        }

        var versions = await new NpmRegistry(http, NpmConfiguration.Registry()).VersionsAsync(Pins.NodePackageName, cancellationToken).ConfigureAwait(false);
        var chosen = Choose(range, versions)
            ?? throw OperationException.Configuration($"The store wants Node {range}, which the npm registry does not have",
                next: "correct engines.node or .nvmrc of the store");
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        await File.WriteAllTextAsync(kept, chosen.Text, cancellationToken).ConfigureAwait(false);
        return chosen;
    }
}
