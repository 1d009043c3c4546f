using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>Where this machine gets Debian packages, read from its own apt configuration at run time.</summary>
/// <param name="Archive">Address of the archive, for debootstrap or a sources file.</param>
/// <param name="Security">Address of the security archive; null when the machine has none.</param>
public sealed record DebianMirror(string Archive, string? Security)
{
    /// <summary>Names an archive on machines that are no Debian but can read its packages (Ubuntu).</summary>
    public const string Variable = "OPTICWORKS_DEBIAN_MIRROR";

    /// <summary>The keys that sign Debian's archives.</summary>
    public const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>The mirror of this machine: the variable's, else the one apt uses.</summary>
    /// <exception cref="OperationException">No Debian, no apt or no mirror (exit 2).</exception>
    public static async Task<DebianMirror> OfThisMachineAsync(CancellationToken cancellationToken)
    {
        var hint = $"on a machine that is no Debian, set {Variable} to the address of a Debian archive (apt, dpkg-deb and {Keyring} are needed too)";
        if (!ProgramSearch.OfThisMachine().Has("apt-get") || !ProgramSearch.OfThisMachine().Has("dpkg-deb"))
            throw OperationException.Configuration("This machine has no apt-get and dpkg-deb", hint);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new DebianMirror(named, null);

        // What an update would fetch: known without one, also on a new machine, and nothing is fetched.
        var addresses = await LocalProcess.RunAsync(
            new LocalCommand("apt-get", "-o", "Debug::NoLocking=1", "update", "--print-uris") { Limit = TimeSpan.FromSeconds(20) },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        var release = File.Exists("/etc/os-release") ? await File.ReadAllTextAsync("/etc/os-release", cancellationToken).ConfigureAwait(false) : "";
        return Read(release, addresses.Output)
            ?? throw OperationException.Configuration("The apt configuration of this machine names no Debian archive", hint);
    }

    /// <summary>
    /// Chooses among the addresses that apt would fetch ('ADDRESS/dists/RELEASE/main/binary-…' FILE SIZE, one a line). Archives of third
    /// parties carry Debian's release names too, so the one that also has the "-updates" release is preferred. Null: the machine is no Debian.
    /// </summary>
    internal static DebianMirror? Read(string osRelease, string addresses)
    {
        if (!osRelease.Split('\n').Any(line => line.Trim() is "ID=debian" or "ID=\"debian\""))
            return null;
        var releases = new Dictionary<string, HashSet<string>>();
        foreach (var line in addresses.Split('\n'))
        {
            var address = line.Split('\'') is [_, var quoted, ..] ? quoted : "";
            if (address.IndexOf("/dists/", StringComparison.Ordinal) is not (var end and > 0)
                || address[(end + "/dists/".Length)..].Split('/') is not [var release, "main", var kind, ..]
                || !kind.StartsWith("binary-", StringComparison.Ordinal))
                continue;
            if (!releases.TryGetValue(address[..end], out var found))
                releases[address[..end]] = found = [];
            found.Add(release);
        }

        var archive = releases.Where(entry => entry.Value.Any(release => !IsSecurity(release)))
            .OrderByDescending(entry => entry.Value.Any(release => release.EndsWith("-updates", StringComparison.Ordinal)))
            .ThenByDescending(entry => entry.Key.EndsWith("/debian", StringComparison.Ordinal))
            .Select(entry => entry.Key)
            .FirstOrDefault();
        var security = releases.Where(entry => entry.Value.Any(IsSecurity)).Select(entry => entry.Key).FirstOrDefault();
        return archive is null ? null : new DebianMirror(archive, security);
    }

    private static bool IsSecurity(string release) => release.EndsWith("-security", StringComparison.Ordinal);
}
