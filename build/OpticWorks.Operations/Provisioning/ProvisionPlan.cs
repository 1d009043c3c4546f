namespace OpticWorks.Operations.Provisioning;

/// <summary>What separates the hosts of an environment from what they shall be.</summary>
public sealed record ProvisionPlan(string Environment, IReadOnlyList<HostPlan> Hosts)
{
    /// <summary>Every host is as it shall be.</summary>
    public bool IsEmpty => Hosts.All(host => host.Changes.Count == 0);
}

/// <summary>One host's part.</summary>
/// <param name="Resources">How many resources were compared.</param>
/// <param name="Changes">In the order in which they are made.</param>
public sealed record HostPlan(string Host, int Resources, IReadOnlyList<Change> Changes)
{
    /// <summary>The pure comparison of a host with what it shall be.</summary>
    internal static HostPlan Of(IReadOnlyList<Resource> resources, HostState state)
    {
        List<Change> changes = [];
        var changed = new HashSet<string>();
        foreach (var resource in resources)
        {
            if (resource.Compare(state, changed) is not { } change)
                continue;
            changes.Add(change);
            changed.UnionWith(resource.Writes);
        }

        return new HostPlan(state.Host, resources.Count, changes);
    }
}

/// <summary>What was done.</summary>
/// <param name="Changes">Changes that were made and proved, over all hosts.</param>
public sealed record ProvisionResult(int Changes, TimeSpan Duration);
