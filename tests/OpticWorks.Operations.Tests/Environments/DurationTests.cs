using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("15s", 15_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("3m", 180_000)]
    [InlineData("26h", 93_600_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("0s", 0)]
    public void A_number_and_a_unit_are_a_duration(string text, double milliseconds)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();

        duration.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("3")]
    [InlineData("-3m")]
    [InlineData("3 m")]
    [InlineData("3M")]
    [InlineData("1h30m")]
    [InlineData("1e3s")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1,5s")]
    [InlineData("3m\n")]
    [InlineData("99999999999999d")]
    public void Everything_else_is_none(string? text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0.5, "500ms")]
    [InlineData(15, "15s")]
    [InlineData(180, "3m")]
    [InlineData(86_400, "24h")]
    [InlineData(93_600, "26h")]
    [InlineData(172_800, "2d")]
    [InlineData(0, "0ms")]
    public void It_is_written_short(double seconds, string text) => Duration.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(Gen.Choose(0, 900_000).Select(number => TimeSpan.FromMilliseconds(number)).ToArbitrary(),
            duration => Duration.TryParse(Duration.Format(duration), out var read) && read == duration).QuickCheckThrowOnFailure();
}
