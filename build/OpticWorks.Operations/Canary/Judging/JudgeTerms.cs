using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What a canary is judged by.</summary>
/// <param name="FalseAlarm">The probability, at most, that a healthy release is called bad in the whole canary: split over the tests.</param>
/// <param name="ErrorRate">Objective: the greatest share of failed requests.</param>
/// <param name="Dwell">The least time of a step in which it could be seen.</param>
public sealed record JudgeTerms(double FalseAlarm, double ErrorRate, TimeSpan Dwell)
{
    /// <summary>How the odds of a false alarm are split. They sum to 1.</summary>
    public const double ErrorsPart = 0.7, SlowPart = 0.12, TooSlowPart = 0.03, ErrorObjectivePart = 0.12, SlowObjectivePart = 0.03;

    /// <summary>The objective of response time is a 95th percentile: so many may be slower.</summary>
    public const double SlowObjective = 0.05;

    /// <summary>A new process is a little slower for a while: fewer than half as many slow requests again are no harm.</summary>
    public const double SlowTolerated = 1.5;

    /// <summary>A rate is bad for the absolute guards when it is so many times the objective.</summary>
    public const double BadRatio = 3;

    /// <summary>The doubt that may be left when a step passes.</summary>
    public const double Doubt = 0.05;

    /// <summary>So many errors on critical paths of the canary, and none of the stable side, end it at once.</summary>
    public const int CriticalErrors = 3;

    /// <summary>When requests came to the stable side only, and that happens by chance less often than e^-20, the routing is broken.</summary>
    public const double Silence = 20;

    /// <summary>A step that has not enough evidence holds for so many times the dwell before it is inconclusive: long enough that the errors of an incident on both
    /// sides, which took most of a dwell, are outweighed by what came after it.</summary>
    public double HoldFactor { get; init; } = 8;

    /// <summary>The longest time that nothing is seen before everything goes back to stable.</summary>
    public TimeSpan BlindLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Times of a process that has just started do not count (compilation, caches); its errors do.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(Math.Min(30, Dwell.TotalSeconds / 3));

    public InconclusivePolicy Inconclusive { get; init; } = InconclusivePolicy.Pause;

    public static JudgeTerms Of(CanarySettings settings) => new(settings.FalseAlarm, settings.ErrorRate, settings.Dwell) { Inconclusive = settings.Inconclusive };
}
