using System.Globalization;

namespace OpticWorks.Operations.Canary.Judging;

/// <summary>The evidence of one step: how long it was seen, whether it is enough, and what stops it at once.</summary>
internal sealed class StepEvidence
{
    private readonly JudgeTerms _terms;
    private readonly ObjectiveGuard? _errorGuard;
    private readonly ObjectiveGuard? _slowGuard;

    /// <summary>Against the hypothesis that the canary fails three times as often as the stable side: that it does not.</summary>
    private double _noWorse;

    /// <summary>Requests of the stable side since the canary's last one, and how unlikely that is: the logarithm of one over the probability.</summary>
    private long _alone;
    private double _silence;
    private TimeSpan _seen;
    private TimeSpan _blind;
    private TimeSpan _last;
    private string? _why;

    /// <param name="reference">No stable side is left; what it did while there was one. Null: there is one.</param>
    public StepEvidence(JudgeTerms terms, Tally? reference)
    {
        _terms = terms;
        Compares = reference is null;
        if (reference is not { } stable)
            return;
        // An incident that both sides were in when the stable one left is the measure, not the objective.
        var good = Math.Max(terms.ErrorRate, Rate(stable.Requests, stable.Errors));
        var slow = Math.Max(JudgeTerms.SlowObjective, Rate(stable.Timed, stable.TooSlow));
        _errorGuard = new ObjectiveGuard(good, Bad(good), terms.FalseAlarm * JudgeTerms.ErrorObjectivePart);
        _slowGuard = new ObjectiveGuard(slow, Bad(slow), terms.FalseAlarm * JudgeTerms.SlowObjectivePart);

        static double Rate(long requests, long events) => requests < 100 ? 0 : Math.Min(0.3, (double)events / requests);
        static double Bad(double rate) => Math.Min(0.95, rate * JudgeTerms.BadRatio);
    }

    public bool Compares { get; }

    public Tally Canary { get; private set; }

    public Tally Stable { get; private set; }

    public void Add(CanaryLook look)
    {
        var length = look.At - _last;
        _last = look.At;
        if (look.Blind is { } blind)
        {
            _blind += length;
            _why = blind;
        }
        else
        {
            _blind = TimeSpan.Zero;
            _seen += length;
        }

        var (canary, stable) = (look.Canary, look.Stable);
        Canary += canary;
        Stable += stable;
        (_alone, _silence) = canary.Requests > 0 || look.Share is <= 0 or >= 1 ? (0, 0) : (_alone + stable.Requests, _silence - (stable.Requests * Math.Log(1 - look.Share)));
        _errorGuard?.Add(canary.Requests, canary.Errors);
        if (look.At >= _terms.WarmUp)
            _slowGuard?.Add(canary.Timed, canary.TooSlow);
        if (canary.Requests > 0 && stable.Requests > 0)
        {
            var share = (double)canary.Requests / (canary.Requests + stable.Requests);
            var worse = RateEvidence.Part(share, JudgeTerms.BadRatio);
            _noWorse += (canary.Errors * Math.Log(share / worse)) + (stable.Errors * Math.Log((1 - share) / (1 - worse)));
        }
    }

    /// <summary>What ends it outside all statistics; null: nothing.</summary>
    public string? Hard()
    {
        if (_silence >= JudgeTerms.Silence)
            return string.Create(CultureInfo.InvariantCulture, $"no request reaches the canary while {_alone:N0} reached the stable side: the routing is broken");
        return Canary.Critical >= JudgeTerms.CriticalErrors && Stable.Critical == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Canary.Critical} requests to critical paths failed on the canary, and none on the stable side")
            : null;
    }

    public Verdict? Objective()
    {
        if (_errorGuard is { State: GuardState.Bad } errors)
            return new Verdict(Outcome.Fail, string.Create(CultureInfo.InvariantCulture,
                $"{Canary.Errors:N0} of {Canary.Requests:N0} requests failed: {errors.Bad:0.##%} is far more likely than the objective of {errors.Good:0.##%}"));
        if (_slowGuard is { State: GuardState.Bad } slow)
            return new Verdict(Outcome.Fail, string.Create(CultureInfo.InvariantCulture,
                $"{Canary.TooSlow:N0} of {Canary.Timed:N0} requests are slower than the objective; {slow.Good:0.##%} may be"));
        return null;
    }

    public Verdict Word(CanaryLook look)
    {
        if (_blind >= _terms.BlindLimit)
            return new Verdict(Outcome.Blind, $"nothing could be seen for {_blind.TotalSeconds:0} s: {_why}");
        if (look.Blind is not null)
            return new Verdict(Outcome.Watching, $"blind for {_blind.TotalSeconds:0} s: {_why}");
        if (_seen < _terms.Dwell)
            return new Verdict(Outcome.Watching, $"{_seen.TotalSeconds:0} s of at least {_terms.Dwell.TotalSeconds:0} s");
        if (Missing() is not { } missing)
            return new Verdict(Outcome.Pass, string.Create(CultureInfo.InvariantCulture, $"{Canary.Errors:N0} errors of {Canary.Requests:N0} in {_seen.TotalSeconds:0} s, no alarm"));
        return look.At >= _terms.Dwell * _terms.HoldFactor
            ? new Verdict(Outcome.Inconclusive, missing)
            : new Verdict(Outcome.Watching, $"holds: {missing}");
    }

    /// <summary>What evidence is missing; null: none.</summary>
    private string? Missing()
    {
        var least = ErrorBound.LeastRequests(_terms.ErrorRate, JudgeTerms.Doubt);
        if (Canary.Requests < least)
            return string.Create(CultureInfo.InvariantCulture, $"{Canary.Requests:N0} requests on the canary; at least {least:N0} show that fewer than {_terms.ErrorRate:0.##%} fail");
        if (ErrorBound.IsBelow(_terms.ErrorRate, Canary.Requests, Canary.Errors, JudgeTerms.Doubt))
            return null;
        if (Compares ? _noWorse >= -Math.Log(JudgeTerms.Doubt) : _errorGuard!.State == GuardState.Good)
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Canary.Errors:N0} errors of {Canary.Requests:N0}: up to {ErrorBound.Upper(Canary.Requests, Canary.Errors, JudgeTerms.Doubt):0.##%} may fail, the objective is {_terms.ErrorRate:0.##%}");
    }
}
