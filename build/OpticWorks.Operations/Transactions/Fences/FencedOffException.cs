namespace OpticWorks.Operations.Transactions.Fences;

/// <summary>A host refused a command because a newer holder has been there: this process must not act any more, not even to undo (exit 6).</summary>
public sealed class FencedOffException(string host, long token, string seen)
    : OperationException($"{host} has seen a newer holder of the lease (token {seen}; ours is {token}): nothing was done there", ExitCodes.FailedAndNotUndone)
{
    public string Host { get; } = host;
}
