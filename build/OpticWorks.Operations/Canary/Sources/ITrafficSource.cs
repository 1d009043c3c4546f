using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary.Sources;

/// <summary>HAProxy's names of the servers of each side.</summary>
public sealed record Sides(IReadOnlySet<string> Canaries, IReadOnlySet<string> Stables)
{
    public Sides(IEnumerable<string> canaries, IEnumerable<string> stables)
        : this(canaries.ToHashSet(), stables.ToHashSet())
    {
    }
}

/// <summary>What happened since a source was asked before.</summary>
/// <param name="Blind">Why not all was seen; null: it was.</param>
public sealed record TrafficWindow(Tally Canary, Tally Stable, string? Blind)
{
    /// <summary>Failed requests of the canary, for people: "POST /store/carts (502)" and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures { get; init; } = new Dictionary<string, int>();

    /// <summary>Requests that HAProxy counted and the source never told.</summary>
    public long Lost { get; init; }

    /// <summary>Times of the canary and of the stable side, milliseconds, for the curves.</summary>
    public (IReadOnlyList<long> Canary, IReadOnlyList<long> Stable) Times { get; init; } = ([], []);
}

/// <summary>Where a canary's requests are counted. The seam between HAProxy's ring and Prometheus.</summary>
public interface ITrafficSource : IAsyncDisposable
{
    /// <summary>What happened since the last call.</summary>
    /// <param name="look">HAProxy as it is now.</param>
    Task<TrafficWindow> TakeAsync(BalancerLook look, Sides sides, CancellationToken cancellationToken);
}
