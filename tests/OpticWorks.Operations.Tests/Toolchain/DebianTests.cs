using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class DebianTests
{
    private const string Debian = "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_CODENAME=bookworm\n";

    [Fact]
    public void The_mirror_is_the_one_that_apt_uses() =>
        DebianMirror.Read(Debian, """
            DEP-11 http://mirror.example/debian/ bookworm main
            Packages http://tools.example/apt/ bookworm main
            Packages http://mirror.example/debian/ bookworm main
            Packages http://mirror.example/debian/ bookworm-updates main
            Packages http://mirror.example/debian-security/ bookworm-security main
            Packages http://runtime.example/ nodistro main
            """).ShouldBe(new DebianMirror("http://mirror.example/debian", "http://mirror.example/debian-security"));

    [Fact]
    public void A_machine_without_updates_and_security_still_has_a_mirror() =>
        DebianMirror.Read(Debian, "Packages http://vendor.example/apt trixie main\nPackages http://mirror.example/debian trixie main\n")
            .ShouldBe(new DebianMirror("http://mirror.example/debian", null));

    [Theory]
    [InlineData("ID=ubuntu\nID_LIKE=debian\n", "Packages http://mirror.example/ubuntu noble main\n")]
    [InlineData(Debian, "")]
    [InlineData(Debian, "Packages http://runtime.example/ stable contrib\n")]
    public void Where_there_is_none_nothing_is_guessed(string release, string targets) => DebianMirror.Read(release, targets).ShouldBeNull();

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
