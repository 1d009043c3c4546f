using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class NearestTests
{
    [Theory]
    [InlineData("prodution", "production")]
    [InlineData("PRODUCTION", "production")]
    [InlineData("stagign", "staging")]
    [InlineData("lcoal", "local")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("something-else", null)]
    public void Slips_are_recognised(string name, string? expected) =>
        Nearest.To(name, ["local", "production", "staging"]).ShouldBe(expected);
}
