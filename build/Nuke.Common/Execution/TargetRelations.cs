namespace Nuke.Common.Execution;

/// <summary>Runs the definition of every target, and then turns the relations they name into edges between targets.</summary>
internal static class TargetRelations
{
    public static void Define(NukeBuild build, IReadOnlyList<ExecutableTarget> targets)
    {
        var definitions = targets.Select(target => new TargetDefinition(build, target)).ToList();
        foreach (var definition in definitions)
            definition.Apply(definition.Target.Factory);

        var byFactory = new Dictionary<Delegate, ExecutableTarget>();
        foreach (var target in targets)
            byFactory.TryAdd(target.Factory, target);

        foreach (var definition in definitions)
        {
            foreach (var relation in definition.Relations)
                Connect(definition.Target, relation.Kind, Resolve(byFactory, definition.Target, relation.Factory));
            foreach (var (factory, artifacts) in definition.Consumed)
                definition.Target.ArtifactDependencies.AddRange(Resolve(byFactory, definition.Target, factory), artifacts);
        }

        ConnectContexts(definitions, targets);
    }

    private static ExecutableTarget Resolve(Dictionary<Delegate, ExecutableTarget> byFactory, ExecutableTarget target, Delegate factory)
    {
        if (factory == null || !byFactory.TryGetValue(factory, out var other))
            throw new BuildRefusal($"Target '{target.Name}' refers to a target that is not a property of the build");
        if (other == target)
            throw new BuildRefusal($"Target '{target.Name}' cannot have a dependency on itself");
        return other;
    }

    private static void Connect(ExecutableTarget target, TargetRelation relation, ExecutableTarget other)
    {
        switch (relation)
        {
            case TargetRelation.DependsOn:
                AddOnce(target.ExecutionDependencies, other);
                break;
            case TargetRelation.DependentFor:
                AddOnce(other.ExecutionDependencies, target);
                break;
            case TargetRelation.After:
                AddOnce(target.OrderDependencies, other);
                break;
            case TargetRelation.Before:
                AddOnce(other.OrderDependencies, target);
                break;
            case TargetRelation.Triggers:
                AddOnce(target.Triggers, other);
                AddOnce(other.TriggerDependencies, target);
                break;
            case TargetRelation.TriggeredBy:
                AddOnce(other.Triggers, target);
                AddOnce(target.TriggerDependencies, other);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(relation));
        }
    }

    private static void ConnectContexts(List<TargetDefinition> definitions, IReadOnlyList<ExecutableTarget> targets)
    {
        foreach (var setup in targets.Where(target => target.Factory is Setup))
        {
            var cleanup = OfType<Cleanup>(targets, setup.Member.DeclaringType);
            if (cleanup != null)
                Connect(setup, TargetRelation.Triggers, cleanup);
        }

        foreach (var cleanup in targets.Where(target => target.Factory is Cleanup))
            cleanup.AssuredAfterFailure = true;

        foreach (var definition in definitions)
        {
            foreach (var context in definition.Contexts)
            {
                var setup = OfType<Setup>(targets, context)
                    ?? throw new BuildRefusal($"Target '{definition.Target.Name}' depends on the context of '{context.Name}', which has no Setup");
                Connect(definition.Target, TargetRelation.DependsOn, setup);
                var cleanup = OfType<Cleanup>(targets, context);
                if (cleanup != null)
                    Connect(cleanup, TargetRelation.After, definition.Target);
            }
        }
    }

    private static ExecutableTarget OfType<T>(IReadOnlyList<ExecutableTarget> targets, Type declaringType) =>
        targets.FirstOrDefault(target => target.Factory is T && target.Member.DeclaringType == declaringType);

    private static void AddOnce(List<ExecutableTarget> targets, ExecutableTarget target)
    {
        if (!targets.Contains(target))
            targets.Add(target);
    }
}
