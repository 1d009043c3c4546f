using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Notifications;

/// <summary>A place outside that is told of operations: the seam between this program and other people's servers.</summary>
public interface INewsSink
{
    /// <summary>For example "github".</summary>
    string Name { get; }

    /// <exception cref="OperationException">It could not be told; nothing else suffers from it.</exception>
    Task TellAsync(OperationMoment moment, CancellationToken cancellationToken);
}
