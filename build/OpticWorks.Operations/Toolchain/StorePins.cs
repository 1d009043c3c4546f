namespace OpticWorks.Operations.Toolchain;

/// <summary>What a store pins itself, in the files where its developers keep it. What is not pinned is null.</summary>
public sealed record StorePins
{
    /// <summary>The Node that it wants: .nvmrc, else engines.node of package.json.</summary>
    public NpmRange? Node { get; init; }

    /// <summary>The exact pnpm of packageManager in package.json.</summary>
    public ProgramVersion? Pnpm { get; init; }

    /// <summary>The digest that packageManager gives for pnpm, as npm writes it ("sha512-" and Base64).</summary>
    public string? PnpmIntegrity { get; init; }

    /// <summary>wrangler of pnpm-lock.yaml.</summary>
    public ProgramVersion? Wrangler { get; init; }

    /// <summary>@opennextjs/cloudflare of pnpm-lock.yaml.</summary>
    public ProgramVersion? OpenNext { get; init; }

    /// <summary>Reads package.json, .nvmrc and pnpm-lock.yaml of a store's folder; each may be missing.</summary>
    /// <exception cref="OperationException">The folder does not exist, or the files hold mistakes (exit 2); lists all of them with file and line.</exception>
    public static StorePins Read(string storeDirectory)
    {
        if (!Directory.Exists(storeDirectory))
            throw OperationException.Configuration("The store's folder does not exist", where: storeDirectory);
        var mistakes = new List<string>();
        var pins = Parse(Text("package.json"), Text(".nvmrc"), Text("pnpm-lock.yaml"), mistakes);
        return mistakes.Count == 0
            ? pins
            : throw OperationException.Configuration("The store's pins are not usable", where: storeDirectory,
                seen: string.Join('\n', mistakes), next: "correct these files, then run the command again");

        string? Text(string name)
        {
            var path = Path.Combine(storeDirectory, name);
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
    }

    /// <summary>Reads the texts of the files; null is a missing file. Adds "FILE line N: …" for each mistake.</summary>
    internal static StorePins Parse(string? packageJson, string? nvmrc, string? lockfile, ICollection<string> mistakes)
    {
        var manifest = packageJson is null ? new PackageManifest() : PackageManifest.Parse(packageJson, mistakes);
        var versions = lockfile is null ? new Dictionary<string, ProgramVersion>() : PnpmLockfile.Versions(lockfile, ["wrangler", "@opennextjs/cloudflare"], mistakes);
        return new StorePins
        {
            Node = (nvmrc is null ? null : NodeOf(nvmrc, mistakes)) ?? manifest.Node,
            Pnpm = manifest.Pnpm,
            PnpmIntegrity = manifest.PnpmIntegrity,
            Wrangler = versions.GetValueOrDefault("wrangler"),
            OpenNext = versions.GetValueOrDefault("@opennextjs/cloudflare"),
        };
    }

    /// <summary>The one line of an .nvmrc: a version, or an alias. "node", "stable" and "lts/*" pin nothing.</summary>
    private static NpmRange? NodeOf(string nvmrc, ICollection<string> mistakes)
    {
        var lines = nvmrc.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            switch (text.ToLowerInvariant())
            {
                case "node" or "stable" or "lts/*":
                    return null;
                case "lts/hydrogen":
                    return NpmRange.Parse("18");
                case "lts/iron":
                    return NpmRange.Parse("20");
                case "lts/jod":
                    return NpmRange.Parse("22");
                case "lts/krypton":
                    return NpmRange.Parse("24");
            }

            if (ProgramVersion.TryParse(text, out var version) && text.TrimStart('v', 'V') == version.Text)
                return NpmRange.Parse(version.Text);
            mistakes.Add($".nvmrc line {i + 1}: \"{text}\" is not a version of Node such as 22 or v22.23.3");
            return null;
        }

        return null;
    }
}
