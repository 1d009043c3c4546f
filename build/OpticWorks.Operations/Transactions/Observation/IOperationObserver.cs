namespace OpticWorks.Operations.Transactions.Observation;

/// <summary>Hears of operations. Neither waits nor fails: nothing that happens elsewhere may hold an operation up.</summary>
public interface IOperationObserver
{
    void Saw(OperationMoment moment);
}

/// <summary>Nobody listens.</summary>
public sealed class NoObserver : IOperationObserver
{
    public static NoObserver Instance { get; } = new();

    public void Saw(OperationMoment moment)
    {
    }
}
