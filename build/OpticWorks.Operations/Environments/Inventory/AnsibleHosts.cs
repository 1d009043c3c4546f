namespace OpticWorks.Operations.Environments;

/// <summary>The hosts that an inventory names.</summary>
/// <param name="Problems">What keeps it from being used; empty: everything else is complete.</param>
internal sealed record AnsibleHosts(
    IReadOnlyList<BackendHost> Backends, HostSettings? Balancer, HostSettings? Database, IReadOnlyList<string> Problems)
{
    public IEnumerable<HostSettings> All => Backends.Append(Balancer).Append(Database).OfType<HostSettings>();
}
