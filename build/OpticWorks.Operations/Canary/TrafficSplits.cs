using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary;

/// <summary>The splits of a rollout in HAProxy's terms. Pure.</summary>
internal sealed class TrafficSplits(CanaryInstances instances, RolloutPlan rollout)
{
    /// <summary>The weight of an instance that shares traffic with none of the other release.</summary>
    public const int Full = HaproxyConfiguration.Weight;

    /// <summary>While an instance joins: it is out of traffic, and those that run the new release already have the share.</summary>
    public TrafficSplit While(RolloutStep step, Joining joining)
    {
        var (before, after) = Around(step, joining);
        return Of(joining.Share, before, after, [joining.Instance]);
    }

    /// <summary>What the dead-man, or an undo, brings about while an instance joins.</summary>
    public TrafficSplit StableWhile(RolloutStep step, Joining joining)
    {
        var (before, after) = Around(step, joining);
        return Of(0, [], after, [.. before, joining.Instance]);
    }

    /// <summary>A step's share.</summary>
    public TrafficSplit At(RolloutStep step) => Of(step.Percent / 100.0, step.Canaries, step.Stable, step.Stable.Count == 0 ? rollout.Reserve : []);

    /// <summary>All traffic on what still runs the old release in this step.</summary>
    public TrafficSplit Stable(RolloutStep step) => Of(0, [], step.Stable.Count == 0 ? rollout.Reserve : step.Stable, step.Canaries);

    private (IReadOnlyList<string> Canaries, IReadOnlyList<string> Stable) Around(RolloutStep step, Joining joining)
    {
        var place = step.Join.ToList().IndexOf(joining);
        var joined = step.Canaries.Count - step.Join.Count + place;
        var old = step.Stable.Count == 0 ? rollout.Reserve : step.Stable;
        return ([.. step.Canaries.Take(joined)], [.. step.Canaries.Skip(joined + 1), .. old]);
    }

    private TrafficSplit Of(double share, IReadOnlyList<string> canaries, IReadOnlyList<string> stable, IReadOnlyList<string> drained)
    {
        var weights = Weights.Of(share, canaries.Count, stable.Count, Full);
        var servers = new Dictionary<string, int>();
        foreach (var server in instances.Servers(weights.Canary > 0 ? canaries : []))
            servers[server] = weights.Canary;
        foreach (var server in instances.Servers(weights.Stable > 0 ? stable : []))
            servers[server] = weights.Stable;
        return new TrafficSplit(servers, instances.Servers([.. drained, .. weights.Canary > 0 ? [] : canaries, .. weights.Stable > 0 ? [] : stable]));
    }
}
