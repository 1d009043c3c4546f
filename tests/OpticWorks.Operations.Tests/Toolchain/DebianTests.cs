using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class DebianTests
{
    private const string Debian = "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_CODENAME=bookworm\n";

    [Fact]
    public void The_mirror_is_the_one_that_apt_uses() =>
        DebianMirror.Read(Debian, """
            'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0
            'http://tools.example/apt/dists/bookworm/main/binary-amd64/Packages.xz' tools 0
            'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' a 0
            'http://mirror.example/debian/dists/bookworm/main/dep11/Components-amd64.yml.xz' b 0
            'http://mirror.example/debian/dists/bookworm-updates/main/binary-all/Packages.xz' c 0
            'http://mirror.example/debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz' d 0
            'http://runtime.example/dists/nodistro/main/binary-amd64/Packages.xz' e 0
            """).ShouldBe(new DebianMirror("http://mirror.example/debian", "http://mirror.example/debian-security"));

    [Fact]
    public void A_machine_without_updates_and_security_still_has_a_mirror() =>
        DebianMirror.Read(Debian, """
            'http://vendor.example/apt/dists/trixie/main/binary-amd64/Packages' a 0
            'http://mirror.example/debian/dists/trixie/main/binary-amd64/Packages' b 0
            """).ShouldBe(new DebianMirror("http://mirror.example/debian", null));

    [Theory]
    [InlineData("ID=ubuntu\nID_LIKE=debian\n", "'http://mirror.example/ubuntu/dists/noble/main/binary-amd64/Packages.xz' a 0\n")]
    [InlineData(Debian, "")]
    [InlineData(Debian, "'http://runtime.example/dists/stable/contrib/binary-amd64/Packages.xz' a 0\n")]
    [InlineData(Debian, "E: The value is invalid\n''\n'/dists/'\n")]
    public void Where_there_is_none_nothing_is_guessed(string release, string addresses) => DebianMirror.Read(release, addresses).ShouldBeNull();

    [Fact]
    public void Programs_come_with_their_libraries_and_nothing_else() =>
        PackageView.Wanted(["redis-server"], """
            Reading package lists...
            Inst libc6 (2.36-9 Debian:12/stable [amd64])
            Inst zlib1g (1:1.2.13 Debian:12/stable [amd64])
            Inst libssl3 (3.0 Debian:12/stable [amd64])
            Inst perl (5.36 Debian:12/stable [amd64])
            Inst libjson-perl (4 Debian:12/stable [all])
            Inst libperl5.36 (5.36 Debian:12/stable [amd64])
            Inst libllvm19 (19 Debian:13/stable [amd64])
            Inst redis-server (5:7.0.15 Debian:12/stable [amd64])
            Conf libc6 (2.36-9 Debian:12/stable [amd64])
            Conf libnever (1 Debian:12/stable [amd64])
            """).ShouldBe(["libc6", "libssl3", "redis-server", "zlib1g"]);

    [Fact]
    public void A_view_reads_its_own_sources_only()
    {
        PackageView.SourcesText(new DebianMirror("http://mirror.example/debian", "http://mirror.example/debian-security"), "trixie").ShouldBe("""
            Types: deb
            URIs: http://mirror.example/debian
            Suites: trixie trixie-updates
            Components: main
            Targets: Packages
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: trixie-security
            Components: main
            Targets: Packages
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            """);
        var configuration = PackageView.ConfigurationText("/cache/debian/trixie");
        foreach (var setting in new[] { "Dir::Etc::sourceparts \"/cache", "Dir::State \"/cache", "Dir::State::lists \"/cache", "Dir::Cache \"/cache", "Dir::Log \"/cache" })
            configuration.ShouldContain(setting);
        configuration.ShouldContain("Dir::Etc::sourcelist \"/dev/null\"");
        configuration.ShouldContain("#clear APT::Update::Post-Invoke;");
    }

    [Fact]
    public void The_loaders_folder_names_the_folders_of_libraries() =>
        DebianRecipe.LibraryFolders("/tree/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1")
            .ShouldBe(["lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu/systemd"]);
}
