namespace OpticWorks.Operations.Canary.Rollout;

/// <summary>An instance that changes to the new release, and the canary's share of traffic while it does (0 to 1).</summary>
public sealed record Joining(string Instance, double Share);

/// <summary>One step of a canary: first instances join one after another, then the share is set and watched.</summary>
/// <param name="Percent">The canary's share of traffic.</param>
/// <param name="Canaries">Instances on the new release once all have joined.</param>
/// <param name="Stable">Instances on the old release that stay in traffic; none at 100 %.</param>
public sealed record RolloutStep(int Percent, IReadOnlyList<Joining> Join, IReadOnlyList<string> Canaries, IReadOnlyList<string> Stable);

/// <summary>
/// Which instances run the new release at which share of traffic. As many instances as may be out of traffic are spare, so an instance may
/// carry 1/(instances − spare) of all traffic and never more, on either side, also while another one is being switched. Pure.
/// </summary>
/// <param name="Reserve">Instances that stay on the old release, drained and ready, until the last dwell has passed.</param>
public sealed record RolloutPlan(IReadOnlyList<RolloutStep> Steps, IReadOnlyList<string> Reserve)
{
    /// <param name="instances">In the order in which they join.</param>
    /// <param name="percents">Ascending, ending at 100.</param>
    /// <param name="spare">How many instances may be out of traffic; 1 to one less than all of them.</param>
    /// <exception cref="OperationException">There are fewer than two instances, or the shares do not ascend to 100 (exit 2).</exception>
    public static RolloutPlan Of(IReadOnlyList<string> instances, IReadOnlyList<int> percents, int spare)
    {
        if (instances.Count < 2)
            throw OperationException.Configuration("A canary needs at least two instances: one stays on the old release", next: "DeployBackend");
        RequireShares(percents);
        ArgumentOutOfRangeException.ThrowIfLessThan(spare, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(spare, instances.Count);

        var carrying = instances.Count - spare;
        var capacity = 1.0 / carrying;
        var steps = new List<RolloutStep>();
        var (running, share) = (0, 0.0);
        foreach (var percent in percents)
        {
            var needed = Math.Max(1, (percent * carrying + 99) / 100);
            var join = new List<Joining>();
            for (; running < needed; running++)
            {
                // Those in traffic while this one is out of it carry no more than their part, and the canary's share never falls.
                var stable = instances.Count - running - 1;
                share = running == 0 ? 0 : Math.Max(share, 1 - (stable * capacity));
                join.Add(new Joining(instances[running], Math.Min(share, running * capacity)));
            }

            share = percent / 100.0;
            steps.Add(new RolloutStep(percent, join, [.. instances.Take(running)], percent == 100 ? [] : [.. instances.Skip(running)]));
        }

        return new RolloutPlan(steps, [.. instances.Skip(running)]);
    }

    /// <exception cref="OperationException">The shares do not ascend to 100 (exit 2).</exception>
    public static void RequireShares(IReadOnlyList<int> percents)
    {
        if (percents.Count == 0 || percents[^1] != 100 || percents[0] < 1 || percents.Zip(percents.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw OperationException.Configuration($"Shares [{string.Join(", ", percents)}] must ascend and end at 100", next: "--steps 10,50,100");
    }

    /// <summary>The hosts' instances so that neighbours in the order are on different hosts.</summary>
    public static IReadOnlyList<string> Spread(IEnumerable<IReadOnlyList<string>> hosts)
    {
        var lists = hosts.ToList();
        return [.. Enumerable.Range(0, lists.Max(list => list.Count)).SelectMany(i => lists.Where(list => i < list.Count).Select(list => list[i]))];
    }
}
