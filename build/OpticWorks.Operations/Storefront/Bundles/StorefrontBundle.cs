using System.Security.Cryptography;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>A storefront bundle, unpacked: wrangler's configuration, the Worker's entry, OpenNext's output.</summary>
public sealed class StorefrontBundle
{
    private static readonly string[] Texts = [".js", ".mjs", ".css", ".html", ".json", ".txt", ".map", ".svg", ".xml", ".webmanifest"];

    private StorefrontBundle(string directory, AssetInventory assets)
    {
        Directory = directory;
        Assets = assets;
    }

    public string Directory { get; }

    /// <summary>SHA-256 of the archive that it was unpacked from, in hexadecimal; null: it was not.</summary>
    public string? Archive { get; private init; }

    public string AssetFolder => Path.Combine(Directory, ".open-next", "assets");

    /// <summary>Its own hashed files.</summary>
    public AssetInventory Assets { get; }

    /// <summary>Unpacks an archive into a new folder.</summary>
    public static async Task<StorefrontBundle> UnpackAsync(string archive, string directory, Tool zstd, CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(directory);
        await TarArchive.ExtractAsync(archive, directory, zstd, cancellationToken).ConfigureAwait(false);
        await using var file = File.OpenRead(archive);
        return Open(directory, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)));
    }

    public static StorefrontBundle Open(string directory, string? archive = null) => new(directory, AssetInventory.Read(Path.Combine(directory, ".open-next", "assets"))) { Archive = archive };

    /// <summary>Adds the hashed files of another bundle beside its own.</summary>
    /// <exception cref="OperationException">A name means other content in each (exit 4).</exception>
    public void Add(StorefrontBundle other)
    {
        _ = Assets.With(other.Assets);
        foreach (var file in other.Assets.Without(Assets))
        {
            var target = Path.Combine(AssetFolder, file.Path);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(other.AssetFolder, file.Path), target, overwrite: true);
        }
    }

    /// <summary>Refuses what must not reach a browser, and a bundle of another environment.</summary>
    /// <param name="known">Values of the environment's secrets by name.</param>
    /// <exception cref="OperationException">It was built for something else, or holds a secret or a Stripe key of the wrong mode (exit 4).</exception>
    public void Check(StorefrontTarget wanted, StripeMode stripe, IReadOnlyDictionary<string, string> known)
    {
        var path = Path.Combine(Directory, BundleStamp.FileName);
        var stamp = File.Exists(path) ? BundleStamp.Read(File.ReadAllText(path)) : null;
        if (stamp is null)
            throw OperationException.Preflight("The bundle does not say what it was built for", $"./build.sh Build --environment {wanted.Environment}", BundleStamp.FileName);
        var differences = stamp.Differences(new BundleStamp(wanted.Environment, wanted.Variables)).ToArray();
        if (differences.Length > 0)
        {
            throw OperationException.Preflight($"The bundle was not built for {wanted.Environment} as it is today",
                $"./build.sh Build --environment {wanted.Environment}", BundleStamp.FileName, string.Join('\n', differences));
        }

        var findings = ClientTexts().SelectMany(file => SecretScan.Find(file.Name, file.Text, known)).ToArray();
        if (findings.Length > 0)
        {
            throw OperationException.Preflight($"The bundle would show {(findings.Length == 1 ? "a secret" : $"{findings.Length} secrets")} to every browser",
                "take it out of the client's code, give it a new value, and build again",
                seen: string.Join('\n', findings.Take(12)) + (findings.Length > 12 ? $"\nand {findings.Length - 12} more" : ""));
        }

        StripeGuard.Check(stripe, ClientTexts().Concat(ServerTexts()));
    }

    /// <summary>Every text that browsers may get.</summary>
    private IEnumerable<(string Name, string Text)> ClientTexts() => TextsOf(AssetFolder);

    private IEnumerable<(string Name, string Text)> ServerTexts() => TextsOf(Path.Combine(Directory, ".open-next", "server-functions"));

    private IEnumerable<(string Name, string Text)> TextsOf(string folder) => !System.IO.Directory.Exists(folder) ? []
        : System.IO.Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Texts.Contains(Path.GetExtension(path)) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(Directory, path), File.ReadAllText(path)));
}
