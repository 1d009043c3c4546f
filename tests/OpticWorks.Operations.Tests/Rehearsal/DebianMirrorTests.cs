using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class DebianMirrorTests
{
    [Theory]
    [InlineData("URIs: http://mirror.example/debian", "http://mirror.example/debian")]
    [InlineData("URIs:   http://other.example/packages http://mirror.example/debian/", "http://mirror.example/debian")]
    [InlineData("deb http://mirror.example/debian bookworm main", "http://mirror.example/debian")]
    [InlineData("deb [signed-by=/a.gpg] https://mirror.example/debian bookworm main", "https://mirror.example/debian")]
    [InlineData("deb http://mirror.example/debian-security bookworm-security main", null)]
    [InlineData("deb http://mirror.example/ubuntu noble main", null)]
    [InlineData("# deb http://mirror.example/debian bookworm main", null)]
    [InlineData("#URIs: http://mirror.example/debian", null)]
    [InlineData("URIs:", null)]
    [InlineData("", null)]
    public void The_archive_is_found_in_either_format(string line, string? mirror) =>
        DebianMirror.FromLines([line]).FirstOrDefault().ShouldBe(mirror);

    [Fact]
    public void A_computer_without_apt_has_none()
    {
        using var folder = new TemporaryFolder();

        DebianMirror.Find(folder["apt"]).ShouldBeNull();
    }
}
