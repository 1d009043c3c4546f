namespace Nuke.Common.Execution;

/// <summary>
/// Decides what runs in which order. Walks from the end: the first target in order of declaration that nothing left depends on is
/// taken out next, and kept if it is wanted or a kept one needs it; the kept ones reversed are the plan. Order edges and triggers
/// count for all targets, planned or not, so that the order never depends on what else is invoked.
/// </summary>
internal static class ExecutionPlanner
{
    public static IReadOnlyList<ExecutableTarget> Plan(
        IReadOnlyCollection<ExecutableTarget> targets,
        IReadOnlyCollection<ExecutableTarget> wanted,
        bool strict = false)
    {
        DependencyCycles.Refuse(targets);
        var all = wanted.ToHashSet();
        while (true)
        {
            var plan = Order(targets, all, strict);
            var triggered = plan.SelectMany(target => target.Triggers).Where(target => !plan.Contains(target)).ToList();
            if (triggered.Count == 0)
                return plan;
            all.UnionWith(triggered);
        }
    }

    private static List<ExecutableTarget> Order(IReadOnlyCollection<ExecutableTarget> targets, HashSet<ExecutableTarget> wanted, bool strict)
    {
        var remaining = targets.ToList();
        var needed = wanted.ToHashSet();
        var kept = new List<ExecutableTarget>();
        var dependents = CountDependents(targets);
        while (remaining.Count > 0)
        {
            var last = remaining.First(target => dependents[target] == 0);
            if (strict)
                RefuseChoice(remaining.Where(target => dependents[target] == 0));
            remaining.Remove(last);
            foreach (var dependency in last.AllDependencies)
                dependents[dependency]--;
            if (!needed.Contains(last))
                continue;
            kept.Add(last);
            needed.UnionWith(last.ExecutionDependencies);
        }

        kept.Reverse();
        return kept;
    }

    private static Dictionary<ExecutableTarget, int> CountDependents(IReadOnlyCollection<ExecutableTarget> targets)
    {
        var dependents = targets.ToDictionary(target => target, _ => 0);
        foreach (var dependency in targets.SelectMany(target => target.AllDependencies))
            dependents[dependency]++;
        return dependents;
    }

    private static void RefuseChoice(IEnumerable<ExecutableTarget> candidates)
    {
        var names = candidates.Select(target => target.Name).ToList();
        if (names.Count > 1)
            throw new BuildRefusal($"Incomplete target definition order:\n{string.Join('\n', names.Select(name => $"  - {name}"))}");
    }
}
