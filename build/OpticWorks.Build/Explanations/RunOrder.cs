using Nuke.Common.Execution;

namespace OpticWorks.Build.Explanations;

/// <summary>The order in which the engine would run a target with everything that it brings along. NUKE keeps its planner to itself, so
/// the rule is followed here: from the end, the first declared target that nothing left depends on comes last.</summary>
internal static class RunOrder
{
    /// <param name="targets">All targets, in order of declaration.</param>
    public static IReadOnlyList<ExecutableTarget> Of(IReadOnlyCollection<ExecutableTarget> targets, ExecutableTarget asked)
    {
        var wanted = new HashSet<ExecutableTarget> { asked };
        while (true)
        {
            var order = Order(targets, wanted);
            if (order.SelectMany(target => target.Triggers).All(order.Contains))
                return order;
            wanted.UnionWith(order.SelectMany(target => target.Triggers));
        }
    }

    private static List<ExecutableTarget> Order(IReadOnlyCollection<ExecutableTarget> targets, IEnumerable<ExecutableTarget> wanted)
    {
        var left = targets.ToList();
        var needed = wanted.ToHashSet();
        var order = new List<ExecutableTarget>();
        while (left.Count > 0)
        {
            var last = left.First(target => !left.Any(other => Before(other).Contains(target)));
            left.Remove(last);
            if (!needed.Contains(last))
                continue;
            needed.UnionWith(last.ExecutionDependencies);
            order.Insert(0, last);
        }

        return order;
    }

    private static IEnumerable<ExecutableTarget> Before(ExecutableTarget target) =>
        target.ExecutionDependencies.Concat(target.OrderDependencies).Concat(target.TriggerDependencies);
}
