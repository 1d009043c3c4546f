using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>Everything that decides what the machines' image holds. Equal recipes give images that can stand in for each other.</summary>
public sealed record MachineImageRecipe
{
    /// <summary>Raised when the commands that build the image change what comes out.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>Debian release of the machines.</summary>
    public string Suite { get; init; } = "trixie";

    /// <summary>Installed while the tree is bootstrapped.</summary>
    public IReadOnlyList<string> Base { get; init; } = ["systemd", "systemd-sysv", "dbus", "ca-certificates"];

    /// <summary>Installed from <see cref="Suite"/>; their services stay disabled until the machine is provisioned.</summary>
    public IReadOnlyList<string> Packages { get; init; } =
    [
        "openssh-server", "iproute2", "curl", "socat", "procps", "jq", "sudo", "zstd", "haproxy", "postgresql-17",
    ];

    /// <summary>The release that still has Redis 7 (the one of <see cref="Suite"/> is 8).</summary>
    public string RedisSuite { get; init; } = "bookworm";

    public IReadOnlyList<string> RedisPackages { get; init; } = ["redis-server", "redis-tools"];

    /// <summary>Units that must not start by themselves.</summary>
    public IReadOnlyList<string> Disabled { get; init; } = ["haproxy.service", "postgresql.service", "redis-server.service"];

    /// <summary>Units that have no use on these machines and would only slow the start or look for a network.</summary>
    public IReadOnlyList<string> Masked { get; init; } =
    [
        "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
        "console-getty.service", "getty.target", "systemd-firstboot.service", "sshd-keygen.service",
    ];

    /// <summary>SHA-256 of the recipe, first 16 hexadecimal digits: the name of the image.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..16];

    /// <summary>The recipe as text: one line a part, so that a changed order of packages is another recipe too.</summary>
    public string Text => string.Join('\n',
        $"revision {Revision}", $"suite {Suite}", $"base {string.Join(' ', Base)}", $"packages {string.Join(' ', Packages)}",
        $"redis {RedisSuite} {string.Join(' ', RedisPackages)}", $"disabled {string.Join(' ', Disabled)}",
        $"masked {string.Join(' ', Masked)}", "");
}
