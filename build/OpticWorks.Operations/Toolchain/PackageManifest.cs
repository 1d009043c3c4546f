using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Toolchain;

/// <summary>The two entries of a package.json that pin programs: engines.node and packageManager.</summary>
internal sealed partial record PackageManifest
{
    public NpmRange? Node { get; init; }

    public ProgramVersion? Pnpm { get; init; }

    public string? PnpmIntegrity { get; init; }

    public static PackageManifest Parse(string text, ICollection<string> mistakes)
    {
        var manifest = new PackageManifest();
        var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        try
        {
            var reader = new Utf8JsonReader(bytes);
            string? section = null;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var name = reader.GetString()!;
                if (reader.CurrentDepth == 1)
                    section = name;
                if ((reader.CurrentDepth, section, name) is not ((1, _, "packageManager") or (2, "engines", "node")))
                    continue;
                reader.Read();
                var line = Line(bytes, reader.TokenStartIndex);
                if (reader.TokenType != JsonTokenType.String)
                {
                    mistakes.Add($"package.json line {line}: {name} is not a text");
                    reader.Skip();
                }
                else if (name == "node")
                {
                    manifest = manifest with { Node = NodeOf(reader.GetString()!, line, mistakes) };
                }
                else
                {
                    manifest = manifest.With(reader.GetString()!, line, mistakes);
                }
            }
        }
        catch (JsonException e)
        {
            mistakes.Add($"package.json line {e.LineNumber + 1}: not JSON ({e.Message.Split(". ")[0]})");
        }

        return manifest;
    }

    private static NpmRange? NodeOf(string text, int line, ICollection<string> mistakes)
    {
        try
        {
            return NpmRange.Parse(text);
        }
        catch (FormatException e)
        {
            mistakes.Add($"package.json line {line}: engines.node: {e.Message}");
            return null;
        }
    }

    private PackageManifest With(string packageManager, int line, ICollection<string> mistakes)
    {
        var match = PackageManager().Match(packageManager);
        if (!match.Success)
        {
            mistakes.Add($"package.json line {line}: packageManager \"{packageManager}\" is not a pnpm such as pnpm@{Pins.Pnpm.Version}");
            return this;
        }

        var version = ProgramVersion.Parse(match.Groups["version"].Value);
        if (!Pins.PnpmOfStores.Contains(version))
        {
            mistakes.Add($"package.json line {line}: pnpm {version} is not supported, only {Pins.PnpmOfStores}");
            return this;
        }

        var integrity = match.Groups["digest"] is { Success: true } digest
            ? "sha512-" + Convert.ToBase64String(Convert.FromHexString(digest.Value))
            : null;
        return this with { Pnpm = version, PnpmIntegrity = integrity };
    }

    private static int Line(byte[] bytes, long index) => bytes.AsSpan(0, (int)index).Count((byte)'\n') + 1;

    // corepack's format: name@version, optionally "+algorithm.hexadecimal digest of the archive".
    [GeneratedRegex(@"^pnpm@(?<version>\d+\.\d+\.\d+)(?:\+(?:sha512\.(?<digest>[0-9a-fA-F]{128})|sha(?:1|224|256|384)\.[0-9a-fA-F]+))?$")]
    private static partial Regex PackageManager();
}
