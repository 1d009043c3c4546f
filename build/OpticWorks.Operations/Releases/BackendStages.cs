using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>A backend's deployment in parts, in their order.</summary>
/// <param name="Before">The release is on every host, and the database is migrated; nobody sees it yet.</param>
/// <param name="Shares">Traffic moves to the new release; at a canary's end all of it, with the old one ready beside it.</param>
/// <param name="Commit">From here on a canary stays on the new release; the last instances follow.</param>
/// <param name="After">It is looked at through the balancer, and remembered.</param>
/// <param name="Last">Its way back is proved, and hosts are pruned: nothing waits for that.</param>
public sealed record BackendStages(IReadOnlyList<Stage> Before, IReadOnlyList<Stage> Shares, IReadOnlyList<Stage> Commit, IReadOnlyList<Stage> After, IReadOnlyList<Stage> Last)
{
    public IReadOnlyList<Stage> All => [.. Before, .. Shares, .. Commit, .. After, .. Last];
}
