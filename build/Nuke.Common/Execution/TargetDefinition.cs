using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Writes what a definition says into its <see cref="ExecutableTarget"/>; relations are kept until all targets are known.</summary>
internal sealed class TargetDefinition(NukeBuild build, ExecutableTarget target) : ITargetDefinition
{
    public ExecutableTarget Target { get; } = target;

    public List<PendingRelation> Relations { get; } = [];

    public List<(Delegate Factory, string[] Artifacts)> Consumed { get; } = [];

    public List<Type> Contexts { get; } = [];

    public void Apply(Delegate factory)
    {
        switch (factory)
        {
            case Target definition:
                definition(this);
                break;
            case Setup definition:
                definition(this);
                break;
            case Cleanup definition:
                definition(this);
                break;
            default:
                throw new BuildRefusal($"Target '{Target.Name}' has no definition");
        }
    }

    public ITargetDefinition Description(string description) => With(() => Target.Description = description);

    public ITargetDefinition Executes(params Action[] actions) => With(() => Target.Actions.AddRange(actions));

    public ITargetDefinition Executes<T>(Func<T> action) => With(() => Target.Actions.Add(() => action()));

    public ITargetDefinition Executes(Func<Task> action) => With(() => Target.Actions.Add(() => action().GetAwaiter().GetResult()));

    public ITargetDefinition DependsOn(params Target[] targets) => Relate(TargetRelation.DependsOn, targets);

    public ITargetDefinition DependsOn<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.DependsOn, targets);

    public ITargetDefinition TryDependsOn<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.DependsOn, targets);

    public ITargetDefinition DependentFor(params Target[] targets) => Relate(TargetRelation.DependentFor, targets);

    public ITargetDefinition DependentFor<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.DependentFor, targets);

    public ITargetDefinition TryDependentFor<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.DependentFor, targets);

    public ITargetDefinition OnlyWhenDynamic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null) =>
        With(() => Target.DynamicConditions.Add((ConditionText.Of(conditionExpression), condition)));

    public ITargetDefinition OnlyWhenStatic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null) =>
        With(() => Target.StaticConditions.Add((ConditionText.Of(conditionExpression), condition)));

    public ITargetDefinition Requires<T>(Expression<Func<T>> parameterRequirement, params Expression<Func<T>>[] parameterRequirements)
        where T : class =>
        Require(parameterRequirement, parameterRequirements);

    public ITargetDefinition Requires<T>(Expression<Func<T?>> parameterRequirement, params Expression<Func<T?>>[] parameterRequirements)
        where T : struct =>
        Require(parameterRequirement, parameterRequirements);

    public ITargetDefinition Requires(Expression<Func<bool>> requirement, params Expression<Func<bool>>[] requirements) =>
        Require(requirement, requirements);

    public ITargetDefinition Requires<T>() where T : IRequireTool =>
        With(() => Target.ToolRequirements.Add(ToolRequirements.Of(typeof(T), version: null)));

    public ITargetDefinition Requires<T>(string version) where T : IRequireToolWithVersion =>
        With(() => Target.ToolRequirements.Add(ToolRequirements.Of(typeof(T), version)));

    public ITargetDefinition Requires(Expression<Func<Tool>> tool, params Expression<Func<Tool>>[] tools) =>
        With(() => Target.ToolRequirements.AddRange(
            tools.Prepend(tool).Select(expression => ToolRequirements.Of(MemberOf.Expression(expression)))));

    public ITargetDefinition WhenSkipped(DependencyBehavior dependencyBehavior) => With(() => Target.DependencyBehavior = dependencyBehavior);

    public ITargetDefinition Before(params Target[] targets) => Relate(TargetRelation.Before, targets);

    public ITargetDefinition Before<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.Before, targets);

    public ITargetDefinition TryBefore<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.Before, targets);

    public ITargetDefinition After(params Target[] targets) => Relate(TargetRelation.After, targets);

    public ITargetDefinition After<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.After, targets);

    public ITargetDefinition TryAfter<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.After, targets);

    public ITargetDefinition Triggers(params Target[] targets) => Relate(TargetRelation.Triggers, targets);

    public ITargetDefinition Triggers<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.Triggers, targets);

    public ITargetDefinition TryTriggers<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.Triggers, targets);

    public ITargetDefinition TriggeredBy(params Target[] targets) => Relate(TargetRelation.TriggeredBy, targets);

    public ITargetDefinition TriggeredBy<T>(params Func<T, Target>[] targets) => Relate(TargetRelation.TriggeredBy, targets);

    public ITargetDefinition TryTriggeredBy<T>(params Func<T, Target>[] targets) => TryRelate(TargetRelation.TriggeredBy, targets);

    public ITargetDefinition AssuredAfterFailure() => With(() => Target.AssuredAfterFailure = true);

    public ITargetDefinition ProceedAfterFailure() => With(() => Target.ProceedAfterFailure = true);

    public ITargetDefinition Unlisted() => With(() => Target.Listed = false);

    public ITargetDefinition Base() => With(() => Apply(InheritedDefinition.OfBaseClass(build, Target)));

    public ITargetDefinition Inherit(params Target[] targets) => With(() => Array.ForEach(targets, Apply));

    public ITargetDefinition Inherit<T>(params Expression<Func<T, Target>>[] targets) =>
        With(() =>
        {
            if (targets.Length == 0)
                Apply(InheritedDefinition.OfComponent(build, ComponentTarget.Only(typeof(T), Target.Name)));
            foreach (var expression in targets)
                Apply(InheritedDefinition.OfComponent(build, MemberOf.Property(expression)));
        });

    public ITargetDefinition Produces(params string[] artifacts) => With(() => Target.ArtifactProducts.AddRange(artifacts));

    public ITargetDefinition Consumes(params Target[] targets) =>
        With(() => Consumed.AddRange(targets.Select(factory => ((Delegate)factory, Array.Empty<string>()))));

    public ITargetDefinition Consumes<T>(params Func<T, Target>[] targets) =>
        With(() => Consumed.AddRange(Factories(targets).Select(factory => (factory, Array.Empty<string>()))));

    public ITargetDefinition Consumes(Target target, params string[] artifacts) => With(() => Consumed.Add((target, artifacts)));

    public ITargetDefinition Consumes<T>(Func<T, Target> target, params string[] artifacts) =>
        With(() => Consumed.AddRange(Factories([target]).Select(factory => (factory, artifacts))));

    public ITargetDefinition Consumes<T>(params string[] artifacts) =>
        With(() => Consumed.AddRange(Factories<T>([]).Select(factory => (factory, artifacts))));

    public ITargetDefinition DependsOnContext<T>() where T : INukeBuild => With(() => Contexts.Add(typeof(T)));

    public ITargetDefinition Partition(int size) => With(() => Target.PartitionSize = size);

    private TargetDefinition With(Action change)
    {
        change();
        return this;
    }

    private TargetDefinition Relate(TargetRelation relation, IEnumerable<Delegate> factories)
    {
        foreach (var factory in factories)
            Relations.Add(new PendingRelation(relation, factory));
        return this;
    }

    private TargetDefinition Relate<T>(TargetRelation relation, Func<T, Target>[] targets) => Relate(relation, Factories(targets));

    private TargetDefinition TryRelate<T>(TargetRelation relation, Func<T, Target>[] targets) =>
        build is T ? Relate(relation, targets) : this;

    private TargetDefinition Require(LambdaExpression first, IEnumerable<LambdaExpression> others)
    {
        Target.DelegateRequirements.Add(first);
        Target.DelegateRequirements.AddRange(others);
        return this;
    }

    private IEnumerable<Delegate> Factories<T>(Func<T, Target>[] targets)
    {
        if (build is not T component)
            throw new BuildRefusal($"Target '{Target.Name}' refers to the component '{typeof(T).Name}', which the build does not implement");
        return targets.Length > 0
            ? targets.Select(target => (Delegate)target(component))
            : [(Delegate)ComponentTarget.Only(typeof(T), Target.Name).GetValue(build)];
    }
}
