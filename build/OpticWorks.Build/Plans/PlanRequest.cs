using OpticWorks.Build.Targets;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Build.Plans;

/// <summary>A plan that is wanted again, as its journal's header describes it.</summary>
/// <param name="Way">A plan that only takes back needs neither artifact nor the release's secrets.</param>
/// <param name="Fence">Puts a host behind its fence.</param>
internal sealed record PlanRequest(Fleet Fleet, JournalHeader Header, ResumeWay Way, Func<IHost, IHost> Fence, CancellationToken Cancellation)
{
    /// <summary>Of every kind but RestoreBackup, which has none.</summary>
    public ReleaseId Release => ReleaseId.Parse(Header.Release);

    /// <summary>What each instance ran before, by "host:port".</summary>
    public IReadOnlyDictionary<string, string> Previous => Fleet.Previous(Header.Parameters);

    /// <summary>Hosts that the operation leaves out.</summary>
    public LeftOut LeftOut => LeftOut.Read(Header.Parameters);

    /// <summary>What a person accepted when it began; null: nothing.</summary>
    public string? Accepted => Header.Parameters.GetValueOrDefault("accept");
}
