namespace OpticWorks.Operations.Canary.Judging;

/// <summary>What is known about a step.</summary>
public enum Outcome
{
    /// <summary>Neither the dwell nor the evidence is complete.</summary>
    Watching,

    /// <summary>Dwell, minimum evidence and no alarm.</summary>
    Pass,

    /// <summary>The release is bad.</summary>
    Fail,

    /// <summary>The time is over and the evidence decides nothing.</summary>
    Inconclusive,

    /// <summary>Nothing is seen: it says nothing about the release.</summary>
    Blind,
}

/// <summary>The judge's word after a look.</summary>
/// <param name="Reason">For people: why, or what is still missing.</param>
public sealed record Verdict(Outcome Outcome, string Reason)
{
    /// <summary>Evidence of more errors, as a multiple (e-value); it alarms at <see cref="Alarm"/>.</summary>
    public double Errors { get; init; }

    /// <summary>Evidence of more slow requests, as a multiple of what <see cref="Alarm"/> means for it.</summary>
    public double Slow { get; init; }

    /// <summary>1/α of the error test.</summary>
    public double Alarm { get; init; }
}
