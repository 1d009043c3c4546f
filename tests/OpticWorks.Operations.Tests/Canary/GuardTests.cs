using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class GuardTests
{
    [Theory]
    [InlineData(1000, 0, GuardState.Good)]
    [InlineData(1000, 10, GuardState.Good)]
    [InlineData(100, 0, GuardState.Open)]
    [InlineData(100, 10, GuardState.Bad)]
    [InlineData(20, 20, GuardState.Bad)]
    [InlineData(0, 0, GuardState.Open)]
    public void The_objective_is_decided_by_likelihood(long requests, long errors, GuardState state)
    {
        var guard = new ObjectiveGuard(0.01, 0.03, 0.01);
        guard.Add(requests, errors);
        guard.State.ShouldBe(state);
    }

    [Fact]
    public void Bad_stays_bad_and_good_does_not()
    {
        var guard = new ObjectiveGuard(0.01, 0.03, 0.01);
        guard.Add(1000, 5);
        guard.State.ShouldBe(GuardState.Good);
        guard.Add(100, 60);
        guard.State.ShouldBe(GuardState.Bad);
        guard.Add(100_000, 0);
        guard.State.ShouldBe(GuardState.Bad);
    }

    [Theory]
    [InlineData(0.01, 0.05, 299)]
    [InlineData(0.01, 0.01, 459)]
    [InlineData(0.05, 0.05, 59)]
    public void So_many_requests_without_an_error_are_enough(double limit, double doubt, long requests)
    {
        ErrorBound.LeastRequests(limit, doubt).ShouldBe(requests);
        ErrorBound.IsBelow(limit, requests, 0, doubt).ShouldBeTrue();
        ErrorBound.IsBelow(limit, requests - 1, 0, doubt).ShouldBeFalse();
        ErrorBound.IsBelow(limit, requests, 1, doubt).ShouldBeFalse();
    }

    /// <summary>Published values of Clopper and Pearson's one-sided 95 % bound: rule of three, and tables of exact binomial limits.</summary>
    [Theory]
    [InlineData(10, 0, 0.2589)]
    [InlineData(10, 1, 0.3942)]
    [InlineData(100, 0, 0.0295)]
    [InlineData(100, 5, 0.1023)]
    [InlineData(0, 0, 1)]
    [InlineData(3, 3, 1)]
    public void The_upper_bound_is_exact(long requests, long errors, double bound) => ErrorBound.Upper(requests, errors, 0.05).ShouldBe(bound, 0.0001);

    [Fact]
    public void The_bound_lies_above_what_was_seen() => Prop.ForAll<ushort, ushort>((requests, errors) =>
    {
        var n = (requests % 2000) + 1;
        var k = errors % n;
        var upper = ErrorBound.Upper(n, k, 0.05);
        return upper > (double)k / n && upper <= 1 && ErrorBound.IsBelow(upper, n, k, 0.0500001);
    }).QuickCheckThrowOnFailure();
}
