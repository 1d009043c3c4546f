using System.Formats.Tar;
using System.Text;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The files in which one machine differs from the image, as a tar archive that root unpacks over it.</summary>
internal sealed record MachineSeed
{
    public required string HostName { get; init; }

    /// <summary>Content of /etc/hosts: every machine of the environment.</summary>
    public required string Hosts { get; init; }

    /// <summary>32 hexadecimal digits. An empty one would give every machine the same id.</summary>
    public required string MachineId { get; init; }

    /// <summary>Private host key, OpenSSH format; prepared so that known_hosts can be written before the first start.</summary>
    public required string HostKey { get; init; }

    public required string HostPublicKey { get; init; }

    /// <summary>The public key that may log in as root.</summary>
    public required string AuthorizedKey { get; init; }

    private const string SshSettings =
        """
        HostKey /etc/ssh/ssh_host_ed25519_key
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        UseDNS no
        MaxSessions 100
        MaxStartups 100:30:200

        """;

    public static string HostsFile(LocalNetwork network, IEnumerable<MachineSpec> machines) =>
        "127.0.0.1 localhost\n" + string.Concat(machines.Select(machine => $"{network.Address(machine)} {machine.Name}\n"));

    /// <summary>Writes the archive under a temporary name, then renames it.</summary>
    public void Write(string path)
    {
        var temporary = path + ".new";
        using (var file = PrivateFile.Create(temporary))
        using (var tar = new TarWriter(file, TarEntryFormat.Ustar))
        {
            Add(tar, "etc/hostname", 0b110_100_100, HostName + "\n");
            Add(tar, "etc/hosts", 0b110_100_100, Hosts);
            Add(tar, "etc/machine-id", 0b100_100_100, MachineId + "\n");
            Add(tar, "etc/ssh/ssh_host_ed25519_key", 0b110_000_000, HostKey);
            Add(tar, "etc/ssh/ssh_host_ed25519_key.pub", 0b110_100_100, HostPublicKey);
            Add(tar, "etc/ssh/sshd_config.d/opticworks.conf", 0b110_100_100, SshSettings);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "root/.ssh") { Mode = (UnixFileMode)0b111_000_000 });
            Add(tar, "root/.ssh/authorized_keys", 0b110_000_000, AuthorizedKey + "\n");
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static void Add(TarWriter tar, string name, int mode, string content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = (UnixFileMode)mode,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        });
}
