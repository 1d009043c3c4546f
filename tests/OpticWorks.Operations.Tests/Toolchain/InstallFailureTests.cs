using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class InstallFailureTests
{
    private const long Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(180, 180, true)]
    [InlineData(180, 179, false)]
    [InlineData(180, 0, false)]
    public void Room_is_checked_before(int needed, int free, bool enough)
    {
        var refusal = InstallFailure.NoRoom("zstd", needed, (free * Mebibyte) + 1, "/cache");
        (refusal is null).ShouldBe(enough);
        if (refusal is null)
            return;
        refusal.Message.ShouldBe($"zstd needs {needed} MiB to be installed and {free} MiB are free");
        refusal.Where.ShouldBe("/cache");
        refusal.Next.ShouldNotBeNull().ShouldContain("OPTICWORKS_CACHE");
    }

    public static TheoryData<Exception, string> Causes => new()
    {
        { new IOException("write", 28), "the disk is full" },
        { new IOException("write", 122), "the disk is full" },
        { new IOException("write", 30), "the cache folder is read-only" },
        { new UnauthorizedAccessException("denied"), "the cache folder cannot be written" },
        { new TimeoutException("silent for 30 s"), "the npm registry cannot be reached" },
        { new ChecksumException("seen", "expected"), "the download is not the pinned file" },
        { new InstallException("dpkg-deb failed (exit 2)", "No space left on device"), "dpkg-deb failed (exit 2)" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Each_cause_has_its_words(Exception cause, string why)
    {
        InstallFailure.Explains(cause).ShouldBeTrue();
        var error = InstallFailure.Of(Pins.Of(PinnedProgram.Zstd), "/cache", cause);
        error.Message.ShouldBe($"zstd could not be installed: {why}");
        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Where.ShouldBe("/cache");
        error.Seen.ShouldNotBeNullOrEmpty();
        error.Next.ShouldNotBeNull().ShouldContain("install zstd");
    }

    [Fact]
    public void A_defect_of_ours_is_not_dressed_up() => InstallFailure.Explains(new InvalidOperationException()).ShouldBeFalse();

    [Fact]
    public void Every_program_has_a_pin_and_accepts_the_version_that_it_installs()
    {
        foreach (var program in Enum.GetValues<PinnedProgram>())
            Pins.Of(program).Program.ShouldBe(program);
        Pins.Of(PinnedProgram.Node).Accepted.Contains(ProgramVersion.Parse(Pins.Node.Version)).ShouldBeTrue();
        Pins.Of(PinnedProgram.Pnpm).Accepted.Contains(ProgramVersion.Parse(Pins.Pnpm.Version)).ShouldBeTrue();
    }

    [Fact]
    public void The_lockfile_of_wrangler_holds_the_pinned_version()
    {
        using var reader = new StreamReader(typeof(Toolbox).Assembly.GetManifestResourceStream("wrangler/pnpm-lock.yaml")!);
        var mistakes = new List<string>();
        PnpmLockfile.Versions(reader.ReadToEnd(), ["wrangler"], mistakes)["wrangler"].Text.ShouldBe(Pins.WranglerVersion);
        mistakes.ShouldBeEmpty();
    }
}
