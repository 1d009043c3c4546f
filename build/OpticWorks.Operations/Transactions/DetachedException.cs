namespace OpticWorks.Operations.Transactions;

/// <summary>An operation was left half-done, on purpose or because acting on was not allowed any more. Its journal says how far it got (exit 6).</summary>
public sealed class DetachedException : OperationException
{
    public DetachedException(Plan plan, string why, IReadOnlyList<string> begun, Exception? cause = null)
        : base($"{plan.Operation} was left half-done: {why}", ExitCodes.FailedAndNotUndone, cause)
    {
        var known = cause as OperationException;
        Where = known?.Where;
        Seen = known?.Seen;
        Undone = begun.Count == 0
            ? "nothing had been changed"
            : "nothing more. These steps may have acted and are not taken back:\n" + string.Join('\n', begun);
        Next = $"./build.sh Resume --environment {plan.Environment}     goes on; with --abort it only undoes";
    }
}
