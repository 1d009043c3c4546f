using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>The public variables that a storefront's source reads and has no other value for: without one of them the build would compile in
/// "undefined", and nobody would notice before a shopper does.</summary>
public static partial class NeededVariables
{
    private static readonly string[] Sources = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts"];

    private static readonly string[] Passed = ["node_modules", ".next", ".open-next", ".wrangler", "tests", "test"];

    /// <summary>Names, in order, that are read in the folder's source without a fallback.</summary>
    public static IReadOnlyList<string> Read(string storefront) =>
        [.. Files(new DirectoryInfo(storefront)).SelectMany(file => In(File.ReadAllText(file))).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What is missing, with where it is to be given.</summary>
    /// <param name="given">Variables of the environment and of the store's own .env files.</param>
    /// <exception cref="OperationException">Some are (exit 2); names all.</exception>
    public static void Require(IEnumerable<string> needed, IReadOnlySet<string> given, string environment)
    {
        var missing = needed.Where(name => !given.Contains(name)).ToArray();
        if (missing.Length == 0)
            return;
        throw OperationException.Configuration(
            $"The storefront reads {(missing.Length == 1 ? "a variable" : $"{missing.Length} variables")} that {environment} does not give: {string.Join(", ", missing)}",
            "give it under storefront.variables of the environment file; where it may be missing, give it an empty text",
            $".nuke/environments/{environment}.json");
    }

    /// <summary>The names that .env files of a folder give, as Next.js reads them for a production build.</summary>
    public static IEnumerable<string> Given(string storefront) =>
        new[] { ".env", ".env.local", ".env.production", ".env.production.local" }.Select(name => Path.Combine(storefront, name)).Where(File.Exists)
            .SelectMany(path => File.ReadLines(path)).Select(line => DotEnv().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    internal static IEnumerable<string> In(string source) =>
        Use().Matches(source).GroupBy(match => match.Groups["name"].Value)
            .Where(uses => uses.Any(use => !use.Groups["fallback"].Success)).Select(uses => uses.Key);

    private static IEnumerable<string> Files(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().SelectMany(entry => entry switch
    {
        DirectoryInfo { LinkTarget: null } inner => Passed.Contains(inner.Name) ? [] : Files(inner),
        FileInfo file when Sources.Contains(file.Extension) => [file.FullName],
        _ => [],
    });

    [GeneratedRegex(@"process\.env(?:\.(?<name>NEXT_PUBLIC_[A-Z0-9_]+)|\[[""'](?<name>NEXT_PUBLIC_[A-Z0-9_]+)[""']\])(?:\s*(?<fallback>\?\?|\|\|))?")]
    private static partial Regex Use();

    [GeneratedRegex(@"^\s*(?:export\s+)?(NEXT_PUBLIC_[A-Z0-9_]+)\s*=")]
    private static partial Regex DotEnv();
}
