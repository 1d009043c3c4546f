using Nuke.Common.Execution;

namespace Nuke.Common.Tests.Execution;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("deploy-bakcend", "DeployBackend")]
    [InlineData("rolback", "Rollback")]
    [InlineData("rollback", "Rollback")]
    [InlineData("roll", "Rollback")]
    [InlineData("dep", null)]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Finds_what_was_meant(string written, string expected) =>
        NearestName.Find(written, ["DeployBackend", "DeployStorefront", "Rollback", "Release"]).ShouldBe(expected);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Counts_edits(string one, string other, int edits) => NearestName.Edits(one, other).ShouldBe(edits);
}
