namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What one side did in one window.</summary>
/// <param name="Requests">All that were answered or failed.</param>
/// <param name="Errors">Status 5xx (the balancer's own 502, 503 and 504 for the side's servers included) and failed connections.</param>
/// <param name="Timed">Of the requests, those whose times count: at most one a server and a tenth of a second, because a pause of one
/// process slows many requests at once and is one event.</param>
/// <param name="Slow">Of the timed ones, those slower than the stable side's frozen 95th percentile.</param>
/// <param name="TooSlow">Of the timed ones, those slower than the objective.</param>
/// <param name="Critical">Errors on critical paths.</param>
public readonly record struct Tally(long Requests, long Errors, long Timed = 0, long Slow = 0, long TooSlow = 0, long Critical = 0)
{
    public double ErrorRate => Requests == 0 ? 0 : (double)Errors / Requests;

    public static Tally operator +(Tally a, Tally b) => new(
        a.Requests + b.Requests, a.Errors + b.Errors, a.Timed + b.Timed, a.Slow + b.Slow, a.TooSlow + b.TooSlow, a.Critical + b.Critical);
}
