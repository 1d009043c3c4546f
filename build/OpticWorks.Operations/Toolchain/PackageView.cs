using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// A second view of Debian's packages beside the machine's own: another suite, with its own lists, cache and (empty) status.
/// It downloads signed packages and never installs; the machine's sources, lists and packages stay as they are.
/// </summary>
internal sealed class PackageView(CacheFolder cache, string suite, INarrator narrator)
{
    /// <summary>Age at which the lists are fetched again.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(12);

    private static readonly TimeSpan UpdateLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DownloadLimit = TimeSpan.FromMinutes(10);

    private string Folder => Path.Combine(cache.Root, "debian", suite);

    private string Configuration => Path.Combine(Folder, "apt.conf");

    /// <summary>Downloads packages and the libraries that they need, as .deb files, into a folder.</summary>
    public async Task DownloadAsync(IReadOnlyList<string> packages, string into, CancellationToken cancellationToken)
    {
        await using var turn = await cache.LockAsync($"debian-{suite}", narrator, cancellationToken).ConfigureAwait(false);
        await UpdateAsync(force: false, cancellationToken).ConfigureAwait(false);
        if (await TryDownloadAsync(packages, into, cancellationToken).ConfigureAwait(false) is { Succeeded: true })
            return;
        // A package was replaced in the archive since the lists were fetched.
        await UpdateAsync(force: true, cancellationToken).ConfigureAwait(false);
        var result = await TryDownloadAsync(packages, into, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new InstallException($"apt could not download {string.Join(", ", packages)} of Debian {suite}", result.Tail());
    }

    /// <summary>apt's configuration for the view. It only adds to the machine's own, so proxies and certificates stay valid.</summary>
    internal static string ConfigurationText(string folder) =>
        $"""
        Dir::Etc::sourcelist "/dev/null";
        Dir::Etc::sourceparts "{folder}/sources";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "{folder}/preferences";
        Dir::State "{folder}/state";
        Dir::State::lists "{folder}/lists";
        Dir::State::status "/dev/null";
        Dir::Cache "{folder}/cache";
        Dir::Cache::pkgcache "pkgcache.bin";
        Dir::Cache::srcpkgcache "srcpkgcache.bin";
        Dir::Log "{folder}/log";
        APT::Default-Release "";
        APT::Install-Recommends "false";
        APT::Install-Suggests "false";
        APT::Sandbox::User "root";
        APT::Update::Error-Mode "any";
        Acquire::Languages "none";
        Acquire::Retries "2";
        Acquire::http::Timeout "20";
        Acquire::https::Timeout "20";
        // Hooks of the machine would act on the machine's own lists and caches.
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;

        """;

    /// <summary>The view's sources, in the deb822 format of sources.list(5).</summary>
    internal static string SourcesText(DebianMirror mirror, string suite)
    {
        var text = Stanza(mirror.Archive, $"{suite} {suite}-updates");
        return mirror.Security is null ? text : text + "\n" + Stanza(mirror.Security, $"{suite}-security");

        static string Stanza(string address, string suites) =>
            $"""
            Types: deb
            URIs: {address}
            Suites: {suites}
            Components: main
            Targets: Packages
            Signed-By: {DebianMirror.Keyring}

            """;
    }

    /// <summary>
    /// What to download, from apt's simulated installation ("Inst NAME (…" lines): the packages and all libraries they need.
    /// Their other dependencies are for a system's administration (perl, passwd, debconf) or large and optional (LLVM).
    /// </summary>
    internal static IReadOnlyList<string> Wanted(IReadOnlyList<string> packages, string simulation)
    {
        string[] unneeded = ["libperl", "libllvm", "libz3-", "libpam-modules", "libaudit-common", "libsemanage-common", "libc-bin", "libc-l10n"];
        var wanted = new SortedSet<string>(packages, StringComparer.Ordinal);
        foreach (var line in simulation.Split('\n'))
        {
            if (line.Split(' ') is not ["Inst", var name, ..])
                continue;
            var isLibrary = name.StartsWith("lib", StringComparison.Ordinal) || name.StartsWith("zlib1g", StringComparison.Ordinal);
            if (isLibrary && !name.EndsWith("-perl", StringComparison.Ordinal)
                && !unneeded.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                wanted.Add(name);
            }
        }

        return [.. wanted];
    }

    private async Task<ProcessResult> TryDownloadAsync(IReadOnlyList<string> packages, string into, CancellationToken cancellationToken)
    {
        var simulation = await AptAsync(["--simulate", "install", .. packages], Folder, UpdateLimit, cancellationToken).ConfigureAwait(false);
        return simulation.Succeeded
            ? await AptAsync(["download", .. Wanted(packages, simulation.Output)], into, DownloadLimit, cancellationToken).ConfigureAwait(false)
            : simulation;
    }

    private async Task UpdateAsync(bool force, CancellationToken cancellationToken)
    {
        var stamp = Path.Combine(Folder, "updated");
        var named = Environment.GetEnvironmentVariable(DebianMirror.Variable) ?? "";
        if (!force && File.Exists(stamp) && DateTime.UtcNow - File.GetLastWriteTimeUtc(stamp) < FreshFor
            && await File.ReadAllTextAsync(stamp, cancellationToken).ConfigureAwait(false) == named)
        {
            return;
        }

        var mirror = await DebianMirror.OfThisMachineAsync(cancellationToken).ConfigureAwait(false);
        if (!File.Exists(DebianMirror.Keyring))
            throw new InstallException("the keys of Debian's archives are missing", $"{DebianMirror.Keyring} (package debian-archive-keyring) does not exist");
        foreach (var part in new[] { "sources", "preferences", "state", "lists/partial", "cache/archives/partial", "log" })
            Directory.CreateDirectory(Path.Combine(Folder, part));
        File.Delete(stamp);
        await File.WriteAllTextAsync(Configuration, ConfigurationText(Folder), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(Folder, "sources", "debian.sources"), SourcesText(mirror, suite), cancellationToken).ConfigureAwait(false);
        var result = await AptAsync(["update"], Folder, UpdateLimit, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new InstallException($"apt could not fetch the package lists of Debian {suite}", result.Tail());
        await File.WriteAllTextAsync(stamp, named, cancellationToken).ConfigureAwait(false);
    }

    private Task<ProcessResult> AptAsync(
        IReadOnlyList<string> arguments, string workingDirectory, TimeSpan limit, CancellationToken cancellationToken) =>
        LocalProcess.RunAsync(new LocalCommand("apt-get", ["-c", Configuration, "-q", .. arguments])
        {
            WorkingDirectory = workingDirectory,
            Limit = limit,
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C.UTF-8", ["DEBIAN_FRONTEND"] = "noninteractive" },
        }, line => narrator.Detail("toolchain", line), cancellationToken);
}
