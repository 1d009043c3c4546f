using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Fences;

/// <summary>The fences of all hosts, for one holder.</summary>
public static class Fence
{
    /// <summary>The same host behind its fence.</summary>
    public static FencedHost Fenced(this IHost host, long token, FenceTerms? terms = null, ControlFolder? folder = null) =>
        new(host, token, terms, folder);

    /// <summary>
    /// Raises the fence of every host. A new holder does this before it acts anywhere: until then, an earlier holder that does not know
    /// could still act on a host that has not seen the new token.
    /// </summary>
    /// <exception cref="OperationException">A host could not be fenced; all such hosts are named.</exception>
    public static Task RaiseAsync(HostGroup hosts, long token, FenceTerms? terms, ControlFolder? folder, CancellationToken cancellationToken) =>
        hosts.OnAllAsync("Raising the fence", (host, cancel) => host.Fenced(token, terms, folder).RaiseAsync(cancel), cancellationToken);
}
