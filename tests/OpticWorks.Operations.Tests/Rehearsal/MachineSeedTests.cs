using System.Formats.Tar;
using System.Runtime.Versioning;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

[SupportedOSPlatform("linux")]
public sealed class MachineSeedTests
{
    [Fact]
    public void The_archive_belongs_to_root_keeps_keys_private_and_is_itself_private()
    {
        using var folder = new TemporaryFolder();
        var network = new LocalNetwork("0a1b2c", "10.70.8");
        new MachineSeed
        {
            HostName = "lb",
            Hosts = MachineSeed.HostsFile(network, MachineSpec.Store),
            MachineId = new string('a', 32),
            HostKey = "host key",
            HostPublicKey = "public",
            AuthorizedKey = "ssh-ed25519 login",
        }.Write(folder["seed.tar"]);

        var entries = Read(folder["seed.tar"]);

        entries.Values.ShouldAllBe(entry => entry.Uid == 0 && entry.Gid == 0);
        Mode("etc/ssh/ssh_host_ed25519_key").ShouldBe("600");
        Mode("root/.ssh").ShouldBe("700");
        Mode("root/.ssh/authorized_keys").ShouldBe("600");
        Mode("etc/hosts").ShouldBe("644");
        Content("etc/hostname").ShouldBe("lb\n");
        Content("etc/hosts").ShouldBe("127.0.0.1 localhost\n10.70.8.10 lb\n10.70.8.11 api-1\n10.70.8.12 api-2\n10.70.8.20 db\n");
        Content("etc/ssh/sshd_config.d/opticworks.conf").ShouldContain("PasswordAuthentication no\n");
        File.GetUnixFileMode(folder["seed.tar"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        string Mode(string name) => Convert.ToString((int)entries[name].Mode, 8);
        string Content(string name) => new StreamReader(entries[name].DataStream!).ReadToEnd();
    }

    private static Dictionary<string, TarEntry> Read(string path)
    {
        var entries = new Dictionary<string, TarEntry>();
        using var tar = new TarReader(File.OpenRead(path));
        while (tar.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry.Name, entry);
        return entries;
    }
}
