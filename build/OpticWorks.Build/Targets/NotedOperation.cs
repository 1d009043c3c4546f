using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Build.Targets;

/// <summary>Notes the operation for this run's document, and hands on what it hears.</summary>
internal sealed class NotedOperation(IOperationObserver inner) : IOperationObserver
{
    public void Saw(OperationMoment moment)
    {
        Session.Operation = moment.Operation.Operation;
        inner.Saw(moment);
    }
}
