using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// The direct dependencies in a pnpm-lock.yaml (lockfile versions 5 to 9). Only the part before "packages:" is parsed: the
/// rest is a thousand times longer.
/// </summary>
internal static class PnpmLockfile
{
    /// <summary>The resolved version of each of these packages that is a direct dependency of the root or of a workspace project.</summary>
    public static IReadOnlyDictionary<string, ProgramVersion> Versions(string text, IReadOnlyList<string> packages, ICollection<string> mistakes)
    {
        var found = new Dictionary<string, ProgramVersion>();
        foreach (var project in Projects(text, mistakes))
        {
            foreach (var kind in new[] { "dependencies", "devDependencies", "optionalDependencies" })
            {
                if (Child(project, kind) is not YamlMappingNode dependencies)
                    continue;
                foreach (var name in packages.Where(name => !found.ContainsKey(name)))
                {
                    var entry = Child(dependencies, name);
                    var version = entry is YamlMappingNode described ? Child(described, "version") : entry;
                    if (version is null)
                        continue;
                    // "4.164.0(@cloudflare/workers-types@…)": the part in brackets names the peers it was resolved with.
                    if (version is YamlScalarNode { Value: { } written } && ProgramVersion.TryParse(written.Split('(', '_')[0], out var parsed))
                        found[name] = parsed;
                    else
                        mistakes.Add($"pnpm-lock.yaml line {version.Start.Line}: {name} has no version number");
                }
            }
        }

        return found;
    }

    private static IEnumerable<YamlMappingNode> Projects(string text, ICollection<string> mistakes)
    {
        var end = text.StartsWith("packages:", StringComparison.Ordinal) ? 0 : text.IndexOf("\npackages:", StringComparison.Ordinal);
        var documents = new YamlStream();
        try
        {
            documents.Load(new StringReader(end < 0 ? text : text[..end]));
        }
        catch (YamlException e)
        {
            mistakes.Add($"pnpm-lock.yaml line {e.Start.Line}: not YAML ({e.InnerException?.Message ?? e.Message})");
            return [];
        }

        if (documents.Documents is not [{ RootNode: YamlMappingNode root }, ..])
            return [];
        // Before version 6 a project without workspaces had its dependencies at the top.
        return Child(root, "importers") is YamlMappingNode importers
            ? importers.Children.Values.OfType<YamlMappingNode>()
            : [root];
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
