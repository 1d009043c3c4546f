using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Operations.Canary;

/// <summary>A running canary as people see it, once a look.</summary>
/// <param name="Step">1 for the first.</param>
/// <param name="Percent">The canary's share of traffic.</param>
/// <param name="At">Time since the step began.</param>
/// <param name="Since">Time since the first step began.</param>
/// <param name="Canary">Since the step began.</param>
/// <param name="CanaryP95">95th percentile of the response time of the last looks, milliseconds; null: no request.</param>
/// <param name="Lost">Requests that HAProxy counted and nobody told.</param>
public sealed record CanaryView(
    string Release, string Environment, int Step, int Steps, int Percent, TimeSpan At, TimeSpan Since, TimeSpan Dwell,
    Tally Canary, Tally Stable, long? CanaryP95, long? StableP95, Verdict Verdict, string? Paused, long Lost);
