using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class ProgramVersionTests
{
    [Theory]
    [InlineData("v22.23.3\n", "22.23.3")]
    [InlineData("10.34.9", "10.34.9")]
    [InlineData("\n ⛅️ wrangler 4.164.0\n─────────────", "4.164.0")]
    [InlineData("psql (PostgreSQL) 17.11 (Debian 17.11-1.pgdg12+1)", "17.11")]
    [InlineData("psql (PostgreSQL) 18beta1", "18")]
    [InlineData("HAProxy version 3.0.11-1+deb13u2 2026/05/11 - https://haproxy.org/\nStatus: long-term supported", "3.0.11")]
    [InlineData("HA-Proxy version 1.8.4-1 2018/02/08", "1.8.4")]
    [InlineData("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0", "7.0.15")]
    [InlineData("OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.22 25 Aug 2026", "9.2")]
    [InlineData("systemd 252 (252.39-1~deb12u1)\n+PAM +AUDIT", "252.39")]
    [InlineData("systemd 250 (250)", "250")]
    [InlineData("debootstrap 1.0.128+nmu2+deb12u2", "1.0.128")]
    [InlineData("*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***", "1.5.4")]
    [InlineData("*** zstd command line interface 64-bits v1.4.8, by Yann Collet ***", "1.4.8")]
    public void Is_found_in_what_programs_print(string output, string expected) =>
        ProgramVersion.Find(output).ShouldNotBeNull().Text.ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("command not found")]
    [InlineData("99999999999999999999")]
    public void Is_not_found_where_there_is_none(string output) => ProgramVersion.Find(output).ShouldBeNull();

    [Theory]
    [InlineData("1.2", "1.2.0", 0)]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("9.2p1", "9.2", 0)]
    [InlineData("22", "22.0.1", -1)]
    [InlineData("v4.164.0", "4.86.0", 1)]
    public void Compares_by_numbers(string left, string right, int expected) =>
        Math.Sign(ProgramVersion.Parse(left).CompareTo(ProgramVersion.Parse(right))).ShouldBe(expected);

    [Fact]
    public void A_text_without_a_number_is_no_version() =>
        Should.Throw<FormatException>(() => ProgramVersion.Parse("latest")).Message.ShouldContain("\"latest\"");

    [Fact]
    public void Order_is_that_of_its_numbers() =>
        Prop.ForAll<byte, byte, byte>((a, b, c) =>
        {
            var version = ProgramVersion.Parse($"{a}.{b}.{c}");
            var next = ProgramVersion.Parse($"{a}.{b}.{c + 1}");
            return version.CompareTo(next) < 0 && next.CompareTo(version) > 0 && version.Equals(ProgramVersion.Parse($"v{a}.{b}.{c}"))
                && VersionRange.Exactly(version).Contains(version) && !VersionRange.Exactly(version).Contains(next);
        }).QuickCheckThrowOnFailure();
}
