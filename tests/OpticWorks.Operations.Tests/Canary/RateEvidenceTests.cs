using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class RateEvidenceTests
{
    [Theory]
    [InlineData(20, 20, 180, 0, true)]
    [InlineData(100, 5, 900, 2, true)]
    [InlineData(100, 1, 900, 9, false)]
    [InlineData(100, 50, 900, 450, false)]
    [InlineData(100, 0, 900, 0, false)]
    [InlineData(0, 0, 900, 900, false)]
    [InlineData(100, 100, 0, 0, false)]
    public void Only_a_difference_between_the_sides_is_evidence(long canary, long canaryErrors, long stable, long stableErrors, bool alarms)
    {
        var evidence = new RateEvidence();
        evidence.Add(canary, canaryErrors, stable, stableErrors);
        evidence.Reaches(0.01).ShouldBe(alarms);
    }

    [Fact]
    public void It_is_the_mixture_of_the_formula()
    {
        // One error of one window with a tenth of the traffic: the weighted mean of q(r)/ρ over the ratios.
        RateEvidence.Mixture.Sum(part => part.Weight).ShouldBe(1, 1e-12);
        var evidence = new RateEvidence();
        evidence.Add(10, 1, 90, 0);
        Math.Exp(evidence.LogValue).ShouldBe(RateEvidence.Mixture.Sum(part => part.Weight * part.Ratio / (0.9 + (0.1 * part.Ratio))), 1e-9);
    }

    [Fact]
    public void What_is_tolerated_is_no_evidence()
    {
        var (strict, tolerant) = (new RateEvidence(), new RateEvidence(3));
        for (var i = 0; i < 50; i++)
        {
            strict.Add(50, 6, 450, 20);
            tolerant.Add(50, 6, 450, 20);
        }

        strict.Reaches(0.01).ShouldBeTrue();
        tolerant.Reaches(0.01).ShouldBeFalse();
    }

    /// <summary>A window's evidence is one on average when both sides are equal (a martingale): computed exactly over all outcomes.</summary>
    [Fact]
    public void Under_equal_rates_its_expectation_is_one() => Prop.ForAll<byte, byte, byte>((canary, stable, errors) =>
    {
        var (n, m) = ((canary % 40) + 1, (stable % 40) + 1);
        var k = errors % 12;
        var share = (double)n / (n + m);
        var expectation = 0.0;
        for (var on = 0; on <= k; on++)
        {
            var evidence = new RateEvidence();
            evidence.Add(n, on, m, k - on);
            expectation += Choose(k, on) * Math.Pow(share, on) * Math.Pow(1 - share, k - on) * Math.Exp(evidence.LogValue);
        }

        return Math.Abs(expectation - 1) < 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void More_errors_of_the_canary_are_never_less_evidence() => Prop.ForAll<byte, byte>((requests, errors) =>
    {
        var n = requests + 2;
        var k = errors % n;
        var (fewer, more) = (new RateEvidence(), new RateEvidence());
        fewer.Add(n, k, n * 9, 3);
        more.Add(n, k + 1, n * 9, 3);
        return more.LogValue > fewer.LogValue;
    }).QuickCheckThrowOnFailure();

    private static double Choose(int n, int k) => Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (n - k + i) / i);
}
