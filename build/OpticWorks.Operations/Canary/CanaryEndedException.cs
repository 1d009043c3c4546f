namespace OpticWorks.Operations.Canary;

/// <summary>Why a canary ended before its commit point.</summary>
public enum CanaryEnd
{
    /// <summary>The release is bad; it is marked so.</summary>
    Bad,

    /// <summary>The evidence decided nothing, or nobody decided in its place.</summary>
    Inconclusive,

    /// <summary>Nothing was seen; it says nothing about the release.</summary>
    Blind,

    /// <summary>A person ended it.</summary>
    Aborted,

    /// <summary>The dead-man acted.</summary>
    DeadMan,
}

/// <summary>A canary that does not go on; everything is taken back. What is inconclusive or blind has an exit code of its own (7).</summary>
public sealed class CanaryEndedException(CanaryEnd end, string why)
    : OperationException(why, end is CanaryEnd.Inconclusive or CanaryEnd.Blind ? ExitCodes.Inconclusive : ExitCodes.FailedAndUndone)
{
    public CanaryEnd End { get; } = end;
}
