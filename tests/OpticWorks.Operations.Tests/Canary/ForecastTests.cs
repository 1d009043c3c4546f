using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class ForecastTests
{
    private static readonly JudgeTerms Terms = new(0.01, 0.01, TimeSpan.FromMinutes(3));

    /// <summary>Against the simulation's medians (10 % share, α 1 %): the forecast is of the right size.</summary>
    [Theory]
    [InlineData(2, 0.2, 95)]
    [InlineData(20, 0.05, 40)]
    [InlineData(20, 0.02, 125)]
    [InlineData(100, 0.02, 30)]
    [InlineData(100, 0.05, 10)]
    public void The_time_to_see_a_rise_is_about_what_the_simulation_has(double rate, double rise, double seconds) =>
        new Forecast(rate, 0.1, 0.002, 0.01).TimeToSee(rise)!.Value.TotalSeconds.ShouldBeInRange(seconds / 2, seconds * 2);

    [Fact]
    public void A_smaller_rise_takes_longer_and_more_traffic_less()
    {
        var forecast = new Forecast(20, 0.1, 0.002, 0.007);
        forecast.TimeToSee(0.05)!.Value.ShouldBeLessThan(forecast.TimeToSee(0.02)!.Value);
        (forecast with { Rate = 40 }).TimeToSee(0.05)!.Value.ShouldBeLessThan(forecast.TimeToSee(0.05)!.Value);
        forecast.TimeToSee(0.002).ShouldBeNull();
        var least = forecast.LeastRise(Terms.Dwell)!.Value;
        forecast.TimeToSee(least)!.Value.ShouldBe(Terms.Dwell, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Enough_traffic_needs_one_sentence() =>
        Forecast.Explain(50, 0.002, Terms, [10, 50, 100]).ShouldHaveSingleItem().ShouldMatch(@"^at your traffic of 50 requests/s this plan can see a rise of errors to [\d.]+ % within 3 min, not [\d.]+ %$");

    [Fact]
    public void Too_little_traffic_is_told_with_what_would_do()
    {
        var lines = Forecast.Explain(1, 0, Terms, [10, 50, 100]);
        lines[1].ShouldBe("it cannot pass: a step needs 299 requests on the canary, which 10 % of this traffic bring in 49.8 min; it holds at most 24 min");
        lines[2].ShouldBe("what would do: a first step of 21 %, or a dwell of 6.2 min, or --probe 2 (synthetic requests/s)");
        Forecast.Explain(0, 0, Terms, [10, 100])[0].ShouldBe("at your traffic of 0 requests/s this plan can see nothing within 24 min: not even a release that fails always");
    }
}
