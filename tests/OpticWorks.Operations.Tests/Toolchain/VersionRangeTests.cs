using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData("16.9", false)]
    [InlineData("17", true)]
    [InlineData("17.99.9", true)]
    [InlineData("18", false)]
    [InlineData("18.1", false)]
    public void Holds_its_minimum_and_not_its_maximum(string version, bool expected) =>
        VersionRange.Of("17", "18").Contains(ProgramVersion.Parse(version)).ShouldBe(expected);

    [Fact]
    public void Says_itself_as_people_write_it()
    {
        VersionRange.Of("2.6", "4").ToString().ShouldBe(">= 2.6, < 4");
        VersionRange.From("8.4").ToString().ShouldBe(">= 8.4");
        new VersionRange(null, null).ToString().ShouldBe("any version");
    }

    [Fact]
    public void Two_ranges_meet_in_what_both_hold()
    {
        VersionRange.Of("20", "23").And(VersionRange.From("22.12")).ShouldBe(VersionRange.Of("22.12", "23"));
        VersionRange.Of("20", "21").And(VersionRange.Of("22", "23")).Contains(ProgramVersion.Parse("20.5")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("22.12.0", "^20.19.0 || >=22.12.0", true)]
    [InlineData("21.0.0", "^20.19.0 || >=22.12.0", false)]
    [InlineData("20.18.9", "^20.19.0 || >=22.12.0", false)]
    [InlineData("22.23.3", "22.x", true)]
    [InlineData("22.23.3", "22", true)]
    [InlineData("23.0.0", "22", false)]
    [InlineData("22.1.0", "20 - 22", true)]
    [InlineData("23.0.0", "20 - 22", false)]
    [InlineData("22.1.5", "~22.1.2", true)]
    [InlineData("22.2.0", "~22.1.2", false)]
    [InlineData("22.9.0", "~22", true)]
    [InlineData("20.5.0", ">= 18 <21", true)]
    [InlineData("21.0.0", ">= 18 <21", false)]
    [InlineData("18.0.0", ">18", false)]
    [InlineData("19.0.0", ">18", true)]
    [InlineData("18.99.0", "<=18", true)]
    [InlineData("1.5.0", "*", true)]
    [InlineData("1.5.0", "", true)]
    [InlineData("0.2.9", "^0.2.3", true)]
    [InlineData("0.3.0", "^0.2.3", false)]
    [InlineData("0.0.4", "^0.0.3", false)]
    [InlineData("22.4.0", ">=22.0.0-rc.1", true)]
    public void Npm_ranges_are_read(string version, string range, bool expected) =>
        NpmRange.Parse(range).Contains(ProgramVersion.Parse(version)).ShouldBe(expected);

    [Theory]
    [InlineData("latest")]
    [InlineData("twenty-two")]
    [InlineData("22 ||| 20")]
    [InlineData(">=")]
    [InlineData(">=99999999999999")]
    public void What_is_no_npm_range_is_refused(string range) => Should.Throw<FormatException>(() => NpmRange.Parse(range));

    [Theory]
    [InlineData("20", "20.20.2")]
    [InlineData(">=23", "26.1.0")]
    [InlineData("25", "25.3.0")]
    [InlineData("30", null)]
    public void A_store_that_does_not_allow_this_suites_node_gets_the_newest_that_is_supported_long(string range, string? expected)
    {
        ProgramVersion[] published = [.. new[] { "20.19.0", "20.20.2", "22.23.3", "25.3.0", "26.1.0", "26.0.0", "27.0.0" }.Select(ProgramVersion.Parse)];
        NodeChoice.Choose(NpmRange.Parse(range), published)?.Text.ShouldBe(expected);
    }
}
