namespace OpticWorks.Operations.Canary;

/// <summary>What a failed run of a canary's plan means for the exit code.</summary>
public static class CanaryFailure
{
    /// <summary>The failure itself; or, when the canary ended inconclusive or blind and everything was undone, the same with the exit code that says so (7).</summary>
    public static OperationException Of(OperationException failure) =>
        failure.ExitCode == ExitCodes.FailedAndUndone && Ended(failure) is { ExitCode: ExitCodes.Inconclusive }
            ? new OperationException(failure.Message, ExitCodes.Inconclusive, failure)
            { Where = failure.Where, Seen = failure.Seen, Undone = failure.Undone, Next = failure.Next }
            : failure;

    /// <summary>Why the canary ended; null: it was something else.</summary>
    public static CanaryEndedException? Ended(Exception? failure) => failure switch
    {
        null => null,
        CanaryEndedException ended => ended,
        AggregateException many => many.InnerExceptions.Select(Ended).FirstOrDefault(found => found is not null),
        _ => Ended(failure.InnerException),
    };
}
