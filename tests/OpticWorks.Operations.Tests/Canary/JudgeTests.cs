using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Canary.Judging;
using Outcome = OpticWorks.Operations.Canary.Judging.Outcome;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class JudgeTests
{
    private static readonly JudgeTerms Terms = new(0.01, 0.01, TimeSpan.FromSeconds(15));

    private static readonly Tally Well = new(20, 0, 10, 0, 0);
    private static readonly Tally WellStable = new(180, 0, 30, 1, 0);

    [Fact]
    public void A_healthy_step_passes_after_dwell_and_evidence()
    {
        var verdicts = Watch(40, _ => (Well, WellStable));
        var passed = verdicts.FindIndex(verdict => verdict.Outcome == Outcome.Pass);
        // 300 requests at 20 a second; the dwell is as long.
        passed.ShouldBe(14);
        verdicts[passed].Reason.ShouldBe("0 errors of 300 in 15 s, no alarm");
        verdicts.ShouldAllBe(verdict => verdict.Outcome == Outcome.Watching || verdict.Outcome == Outcome.Pass);
    }

    [Fact]
    public void Too_little_traffic_holds_and_is_inconclusive_then()
    {
        var verdicts = Watch(130, second => (new Tally(second % 10 == 0 ? 1 : 0, 0), new Tally(1, 0)));
        verdicts[20].ShouldSatisfyAllConditions(verdict => verdict.Outcome.ShouldBe(Outcome.Watching), verdict => verdict.Reason.ShouldStartWith("holds: 2 requests on the canary; at least 299"));
        verdicts[118].Outcome.ShouldBe(Outcome.Watching);
        verdicts[119].Outcome.ShouldBe(Outcome.Inconclusive);
        verdicts.ShouldNotContain(verdict => verdict.Outcome == Outcome.Pass);
    }

    [Fact]
    public void More_errors_fail_and_say_how_sure_that_is()
    {
        var verdicts = Watch(15, _ => (new Tally(20, 2, 10), new Tally(180, 0, 30)));
        var failed = verdicts.Find(verdict => verdict.Outcome == Outcome.Fail)!;
        failed.Reason.ShouldMatch("^canary \\d+ errors of \\d+, stable 0 of [\\d,]+\\. Were both equal, evidence this strong appears with probability below [0-9e.-]+$");
        verdicts[^1].ShouldBeSameAs(verdicts[^2]);
    }

    [Fact]
    public void Slower_requests_fail_without_an_error()
    {
        var verdicts = Watch(15, _ => (new Tally(20, 0, 10, 10), new Tally(180, 0, 30, 1)));
        verdicts[^1].Outcome.ShouldBe(Outcome.Fail);
        verdicts[^1].Reason.ShouldContain("slower than stable's 95th percentile");
        // Times of a process that has just started do not count.
        verdicts.FindIndex(verdict => verdict.Outcome == Outcome.Fail).ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void An_incident_on_both_sides_is_no_failure_and_passes_once_it_is_shown_not_to_be_worse() =>
        Watch(60, _ => (new Tally(20, 1, 10, 4, 1), new Tally(180, 9, 30, 12, 3))).FindLast(verdict => verdict.Outcome != Outcome.Watching)!.Outcome.ShouldBe(Outcome.Pass);

    [Fact]
    public void Without_a_stable_side_the_objectives_decide()
    {
        Watch(20, _ => (new Tally(100, 5, 30), default), compares: false)[^1].ShouldSatisfyAllConditions(
            verdict => verdict.Outcome.ShouldBe(Outcome.Fail), verdict => verdict.Reason.ShouldContain("the objective of 1%", Case.Insensitive));
        Watch(20, _ => (new Tally(100, 0, 30, 0, 9), default), compares: false)[^1].Reason.ShouldContain("slower than the objective");
        Watch(20, _ => (new Tally(100, 0, 30), default), compares: false)[^1].Outcome.ShouldBe(Outcome.Pass);
    }

    [Fact]
    public void Without_a_stable_side_an_incident_that_both_were_in_is_the_measure()
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        for (var second = 1; second <= 20; second++)
            judge.See(new CanaryLook(TimeSpan.FromSeconds(second), new Tally(100, 3), new Tally(100, 3)));
        judge.Begin(compares: false);
        for (var second = 1; second <= 20; second++)
            judge.See(new CanaryLook(TimeSpan.FromSeconds(second), new Tally(200, 6), default)).Outcome.ShouldNotBe(Outcome.Fail);
    }

    [Fact]
    public void Blindness_is_not_the_releases_fault_and_never_a_pass()
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        var verdicts = Enumerable.Range(1, 60).Select(second => judge.See(new CanaryLook(TimeSpan.FromSeconds(second), default, default) { Blind = "no answer" })).ToList();
        verdicts[30].Reason.ShouldBe("blind for 31 s: no answer");
        verdicts[^1].ShouldSatisfyAllConditions(verdict => verdict.Outcome.ShouldBe(Outcome.Blind), verdict => verdict.Reason.ShouldBe("nothing could be seen for 60 s: no answer"));
        verdicts.ShouldNotContain(verdict => verdict.Outcome == Outcome.Pass || verdict.Outcome == Outcome.Fail);
    }

    [Fact]
    public void Blind_time_is_no_dwell()
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        for (var second = 1; second <= 40; second++)
        {
            var look = new CanaryLook(TimeSpan.FromSeconds(second), new Tally(100, 0), new Tally(100, 0)) { Blind = second is > 5 and <= 30 ? "away" : null };
            judge.See(look).Outcome.ShouldBe(second < 40 ? Outcome.Watching : Outcome.Pass);
        }
    }

    [Theory]
    [InlineData("api-1:9001 ended by itself and was restarted 1 times", 0, 0, "api-1:9001 ended by itself and was restarted 1 times")]
    [InlineData(null, 3, 0, "3 requests to critical paths failed on the canary, and none on the stable side")]
    [InlineData(null, 3, 1, null)]
    [InlineData(null, 2, 0, null)]
    public void Hard_stops_need_no_statistics(string? broken, long critical, long stableCritical, string? reason)
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        var verdict = judge.See(new CanaryLook(TimeSpan.FromSeconds(1), new Tally(5000, critical, Critical: critical), new Tally(5000, 3, Critical: stableCritical)) { Broken = broken });
        verdict.Outcome.ShouldBe(reason is null ? Outcome.Watching : Outcome.Fail);
        if (reason is not null)
            verdict.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData(0.5, 28, false)]
    [InlineData(0.5, 29, true)]
    [InlineData(0.1, 189, false)]
    [InlineData(0.1, 190, true)]
    [InlineData(0, 10_000, false)]
    public void Traffic_that_never_arrives_is_broken_routing(double share, long stable, bool fails)
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        var verdict = judge.See(new CanaryLook(TimeSpan.FromSeconds(1), default, new Tally(stable, 0)) { Share = share });
        (verdict.Outcome == Outcome.Fail).ShouldBe(fails);
    }

    [Fact]
    public void The_odds_of_a_false_alarm_are_split_and_not_exceeded() =>
        (JudgeTerms.ErrorsPart + JudgeTerms.SlowPart + JudgeTerms.TooSlowPart + JudgeTerms.ErrorObjectivePart + JudgeTerms.SlowObjectivePart).ShouldBe(1, 1e-9);

    [Theory]
    [InlineData(0.0061, "0.007")]
    [InlineData(0.5, "0.5")]
    [InlineData(3.2e-7, "4e-7")]
    [InlineData(9.7e-7, "1e-6")]
    [InlineData(1e-20, "1e-12")]
    public void A_probability_is_rounded_up(double probability, string text) => Judge.Probability(probability).ShouldBe(text);

    /// <summary>Whatever a canary's counts are, silence of a source never ends in a pass.</summary>
    [Fact]
    public void No_evidence_is_never_a_pass() => Prop.ForAll<byte[]>(canary =>
    {
        var judge = new Judge(Terms);
        judge.Begin(compares: true);
        var total = 0L;
        for (var second = 0; second < canary.Length; second++)
        {
            var requests = canary[second] % 5;
            total += requests;
            var verdict = judge.See(new CanaryLook(TimeSpan.FromSeconds((second + 1) * 5), new Tally(requests, 0), new Tally(requests, 0)));
            if (verdict.Outcome == Outcome.Pass && total < 299)
                return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    private static List<Verdict> Watch(int seconds, Func<int, (Tally Canary, Tally Stable)> second, bool compares = true)
    {
        var judge = new Judge(Terms);
        judge.Begin(compares);
        return [.. Enumerable.Range(1, seconds).Select(at =>
        {
            var (canary, stable) = second(at);
            return judge.See(new CanaryLook(TimeSpan.FromSeconds(at), canary, stable));
        })];
    }
}
