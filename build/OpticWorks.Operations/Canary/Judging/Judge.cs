using System.Globalization;

namespace OpticWorks.Operations.Canary.Judging;

/// <summary>
/// Judges a canary from looks. Pure: it knows no clock and no source. The comparisons with the stable side go on over all steps; dwell,
/// minimum evidence and the absolute guards begin anew with each.
/// </summary>
public sealed class Judge(JudgeTerms terms)
{
    private readonly RateEvidence _errors = new();
    private readonly RateEvidence _slow = new(JudgeTerms.SlowTolerated);
    private readonly RateEvidence _tooSlow = new(JudgeTerms.SlowTolerated);
    private readonly EvidenceWindow _window = new();
    private Tally _reference;
    private TimeSpan _last;
    private StepEvidence _step = new(terms, null);
    private Verdict? _final;

    /// <summary>What both sides did since the step began.</summary>
    public Tally Canary => _step.Canary;

    public Tally Stable => _step.Stable;

    /// <summary>All steps together.</summary>
    public Tally AllCanary { get; private set; }

    public Tally AllStable { get; private set; }

    /// <summary>A new step.</summary>
    /// <param name="compares">Whether a stable side stays in traffic.</param>
    public void Begin(bool compares)
    {
        _step = new StepEvidence(terms, compares ? null : _reference);
        _window.Drop();
        _last = TimeSpan.Zero;
    }

    /// <summary>The word after this look. A failure stays.</summary>
    public Verdict See(CanaryLook look)
    {
        if (_final is not null)
            return _final;
        Add(look);
        var verdict = Alarm(look) ?? _step.Word(look);
        verdict = verdict with { Errors = Math.Exp(_errors.LogValue), Slow = Math.Exp(_slow.LogValue), Alarm = 1 / Alpha(JudgeTerms.ErrorsPart) };
        if (verdict.Outcome == Outcome.Fail)
            _final = verdict;
        return verdict;
    }

    private static Tally Untimed(Tally tally) => tally with { Timed = 0, Slow = 0, TooSlow = 0 };

    private double Alpha(double part) => terms.FalseAlarm * part;

    private void Add(CanaryLook look)
    {
        var (canary, stable) = (look.Canary, look.Stable);
        AllCanary += canary;
        AllStable += stable;
        _step.Add(look);
        if (look.At < terms.WarmUp)
            (canary, stable) = (Untimed(canary), Untimed(stable));
        if (_window.Add(look.At - _last, canary, stable, out var window))
        {
            (canary, stable) = window;
            _errors.Add(canary.Requests, canary.Errors, stable.Requests, stable.Errors);
            _slow.Add(canary.Timed, canary.Slow, stable.Timed, stable.Slow);
            _tooSlow.Add(canary.Timed, canary.TooSlow, stable.Timed, stable.TooSlow);
        }

        _last = look.At;
        // What the stable side did while it could be compared with is what the last step is measured by, if that is worse than the objective.
        if (_step.Compares)
            _reference = _step.Stable;
    }

    private Verdict? Alarm(CanaryLook look)
    {
        if (look.Broken is { } broken)
            return new Verdict(Outcome.Fail, broken);
        if (_step.Hard() is { } hard)
            return new Verdict(Outcome.Fail, hard);
        var (canary, stable) = (AllCanary, AllStable);
        if (_errors.Reaches(Alpha(JudgeTerms.ErrorsPart)))
            return Fail(string.Create(CultureInfo.InvariantCulture, $"canary {canary.Errors:N0} errors of {canary.Requests:N0}, stable {stable.Errors:N0} of {stable.Requests:N0}"), _errors);
        if (_slow.Reaches(Alpha(JudgeTerms.SlowPart)))
            return Fail(string.Create(CultureInfo.InvariantCulture, $"canary {canary.Slow:N0} of {canary.Timed:N0} slower than stable's 95th percentile, stable {stable.Slow:N0} of {stable.Timed:N0}"), _slow);
        if (_tooSlow.Reaches(Alpha(JudgeTerms.TooSlowPart)))
            return Fail(string.Create(CultureInfo.InvariantCulture, $"canary {canary.TooSlow:N0} of {canary.Timed:N0} slower than the objective, stable {stable.TooSlow:N0} of {stable.Timed:N0}"), _tooSlow);
        return _step.Objective();
    }

    private static Verdict Fail(string seen, RateEvidence evidence) => new(Outcome.Fail, string.Create(CultureInfo.InvariantCulture,
        $"{seen}. Were both equal, evidence this strong appears with probability below {Probability(evidence.Probability)}"));

    /// <summary>Rounded up to a power of ten or a tenth: "below" must stay true.</summary>
    internal static string Probability(double probability)
    {
        if (probability < 1e-12)
            return "1e-12";
        var exponent = (int)Math.Floor(Math.Log10(probability));
        var digit = Math.Ceiling(probability / Math.Pow(10, exponent) * 0.999999);
        return exponent >= -3
            ? (digit * Math.Pow(10, exponent)).ToString("0.####", CultureInfo.InvariantCulture)
            : digit >= 10 ? $"1e{exponent + 1}" : string.Create(CultureInfo.InvariantCulture, $"{digit:0}e{exponent}");
    }
}
