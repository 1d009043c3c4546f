using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Health;

/// <summary>Everything that one look at an environment saw.</summary>
/// <param name="Hosts">Each backend host's instances by port, in the environment's order.</param>
/// <param name="Servers">What HAProxy says of its servers.</param>
/// <param name="Balancer">The health path through the balancer.</param>
/// <param name="Storefront">The storefront's page; null: it was not looked at.</param>
public sealed record StoreLook(
    IReadOnlyList<HostLook> Hosts,
    Answer<IReadOnlyList<ServerState>> Servers,
    HttpLook Balancer,
    HttpLook? Storefront);

/// <summary>One backend host, its ports and what was seen of them.</summary>
public sealed record HostLook(string Name, IReadOnlyList<int> Ports, Answer<IReadOnlyDictionary<int, InstanceLook>> Instances);

/// <summary>Something that is not well.</summary>
/// <param name="Where">Host, host:port, or what else it is about.</param>
/// <param name="What">What was seen, as a sentence's end.</param>
/// <param name="Next">The command that shows more; null: there is none.</param>
public sealed record Finding(string Where, string What, string? Next = null)
{
    public override string ToString() => $"{Where} {What}";
}
