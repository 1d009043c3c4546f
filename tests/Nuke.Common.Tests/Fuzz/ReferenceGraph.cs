namespace Nuke.Common.Tests.Fuzz;

/// <summary>
/// The documented rules of planning, written down a second time and as plainly as possible: targets are numbers in the order of their
/// declaration, edges are pairs, and everything is looked up by walking through all of them.
/// </summary>
internal sealed class ReferenceGraph(int count)
{
    /// <summary>The first runs before the second and is planned with it.</summary>
    public List<(int Dependency, int Dependent)> Execution { get; } = [];

    /// <summary>The first runs before the second when both are planned.</summary>
    public List<(int Earlier, int Later)> Order { get; } = [];

    /// <summary>The first brings the second into the plan, and runs before it.</summary>
    public List<(int Trigger, int Triggered)> Triggers { get; } = [];

    public bool HasSelfEdge => Execution.Concat(Order).Concat(Triggers).Any(edge => edge.Item1 == edge.Item2);

    /// <summary>The sets of targets that wait for each other, among all targets, whether planned or not.</summary>
    public List<int[]> Cycles()
    {
        var reaches = new bool[count, count];
        foreach (var (before, after) in Execution.Concat(Order).Concat(Triggers))
            reaches[before, after] = true;
        for (var middle = 0; middle < count; middle++)
        {
            for (var from = 0; from < count; from++)
            {
                for (var to = 0; to < count; to++)
                    reaches[from, to] |= reaches[from, middle] && reaches[middle, to];
            }
        }

        return
        [
            .. Enumerable.Range(0, count)
                .Select(target => Enumerable.Range(0, count).Where(other => reaches[target, other] && reaches[other, target]).ToArray())
                .Where(cycle => cycle.Length > 1)
                .DistinctBy(cycle => cycle[0])
        ];
    }

    public List<int> Plan(IReadOnlyCollection<int> wanted)
    {
        var all = wanted.ToList();
        while (true)
        {
            var plan = PlanWithoutTriggers(all);
            var triggered = Triggers.Where(edge => plan.Contains(edge.Trigger) && !plan.Contains(edge.Triggered)).Select(edge => edge.Triggered).ToList();
            if (triggered.Count == 0)
                return plan;
            all.AddRange(triggered);
        }
    }

    /// <summary>Which planned targets do not run because of <c>--skip</c> with these names.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="invoked">The targets of the command line; they always run.</param>
    /// <param name="wanted">The targets the plan was made for: the invoked ones, else the default ones.</param>
    /// <param name="named">The names after <c>--skip</c>; empty when none follows, which leaves out everything that was not invoked.</param>
    public HashSet<int> Skipped(IReadOnlyList<int> plan, IReadOnlyCollection<int> invoked, IReadOnlyCollection<int> wanted, IReadOnlyCollection<int> named)
    {
        if (named.Count == 0)
            return [.. plan.Where(target => !invoked.Contains(target))];
        var skipped = plan.Where(target => named.Contains(target) && !invoked.Contains(target)).ToHashSet();
        while (true)
        {
            var orphan = plan.FirstOrDefault(target => !skipped.Contains(target) && !wanted.Contains(target) && IsOrphan(target), -1);
            if (orphan < 0)
                return skipped;
            skipped.Add(orphan);
        }

        bool IsOrphan(int target)
        {
            var needers = plan.Where(other => Execution.Contains((target, other)) || Triggers.Contains((other, target))).ToList();
            return needers.Count > 0 && needers.TrueForAll(skipped.Contains);
        }
    }

    private List<int> PlanWithoutTriggers(List<int> wanted)
    {
        var remaining = Enumerable.Range(0, count).ToList();
        var kept = new List<int>();
        while (remaining.Count > 0)
        {
            var next = remaining.First(target =>
                !Execution.Concat(Order).Concat(Triggers).Any(edge => edge.Item1 == target && remaining.Contains(edge.Item2)));
            remaining.Remove(next);
            if (wanted.Contains(next) || kept.Exists(target => Execution.Contains((next, target))))
                kept.Add(next);
        }

        kept.Reverse();
        return kept;
    }
}
