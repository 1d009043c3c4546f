using System.Text;

namespace OpticWorks.Operations.Provisioning;

/// <summary>What separates the hosts of an environment from what they shall be.</summary>
public sealed record ProvisionPlan(string Environment, IReadOnlyList<HostPlan> Hosts)
{
    /// <summary>Every host is as it shall be.</summary>
    public bool IsEmpty => Hosts.All(host => host.Changes.Count == 0);

    /// <summary>For people: each host with its changes in order, a diff below the change that it belongs to.</summary>
    public override string ToString() => string.Join('\n', Hosts);
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

    /// <inheritdoc cref="ProvisionPlan.ToString"/>
    public override string ToString()
    {
        var text = new StringBuilder(Changes.Count == 0
            ? $"{Host}: {Resources} resources, nothing to change\n"
            : $"{Host}: {Changes.Count} of {Resources} resources change\n");
        var width = Changes.Select(change => change.Resource.Length).DefaultIfEmpty().Max();
        foreach (var change in Changes)
        {
            text.Append($"  {change.Resource.PadRight(width)}  {change.Summary}\n");
            foreach (var line in change.Diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append($"      {line}\n");
        }

        return text.ToString();
    }
}

/// <summary>What was done.</summary>
/// <param name="Changes">Changes that were made and proved, over all hosts.</param>
public sealed record ProvisionResult(int Changes, TimeSpan Duration);
