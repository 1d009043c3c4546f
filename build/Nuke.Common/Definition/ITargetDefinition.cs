using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Nuke.Common.Tooling;

namespace Nuke.Common;

/// <summary>
/// The fluent definition of a target. Every relation exists for targets of the build itself and, with a type
/// argument, for targets of a component; the <c>Try…</c> forms do nothing when the build lacks the component. A generic
/// relation without arguments means the only <see cref="Target"/> declared on that component.
/// </summary>
public interface ITargetDefinition
{
    ITargetDefinition Description(string description);

    /// <summary>Adds actions; several calls accumulate.</summary>
    ITargetDefinition Executes(params Action[] actions);

    ITargetDefinition Executes<T>(Func<T> action);

    /// <summary>Adds an asynchronous action that is awaited before the target ends.</summary>
    ITargetDefinition Executes(Func<Task> action);

    /// <summary>The targets run before this one, and are planned with it.</summary>
    ITargetDefinition DependsOn(params Target[] targets);

    ITargetDefinition DependsOn<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryDependsOn<T>(params Func<T, Target>[] targets);

    /// <summary>This target runs before the given ones, and is planned with them.</summary>
    ITargetDefinition DependentFor(params Target[] targets);

    ITargetDefinition DependentFor<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryDependentFor<T>(params Func<T, Target>[] targets);

    /// <summary>Runs the target only when the condition holds at its turn; dependencies have run by then.</summary>
    ITargetDefinition OnlyWhenDynamic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null);

    /// <summary>Runs the target only when the condition holds before anything runs.</summary>
    ITargetDefinition OnlyWhenStatic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null);

    /// <summary>The members must have a value before any target runs; blank text is no value.</summary>
    ITargetDefinition Requires<T>(Expression<Func<T>> parameterRequirement, params Expression<Func<T>>[] parameterRequirements)
        where T : class;

    ITargetDefinition Requires<T>(Expression<Func<T?>> parameterRequirement, params Expression<Func<T?>>[] parameterRequirements)
        where T : struct;

    /// <summary>The expressions must be true before any target runs.</summary>
    ITargetDefinition Requires(Expression<Func<bool>> requirement, params Expression<Func<bool>>[] requirements);

    /// <summary>The tool must be there before any target runs.</summary>
    ITargetDefinition Requires<T>() where T : IRequireTool;

    ITargetDefinition Requires<T>(string version) where T : IRequireToolWithVersion;

    ITargetDefinition Requires(Expression<Func<Tool>> tool, params Expression<Func<Tool>>[] tools);

    /// <summary>What happens to dependencies when this target is skipped; <see cref="DependencyBehavior.Skip"/> by default.</summary>
    ITargetDefinition WhenSkipped(DependencyBehavior dependencyBehavior);

    /// <summary>Order only: when both are planned, this target runs first.</summary>
    ITargetDefinition Before(params Target[] targets);

    ITargetDefinition Before<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryBefore<T>(params Func<T, Target>[] targets);

    /// <summary>Order only: when both are planned, this target runs last.</summary>
    ITargetDefinition After(params Target[] targets);

    ITargetDefinition After<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryAfter<T>(params Func<T, Target>[] targets);

    /// <summary>Plans the given targets after this one whenever this one is planned.</summary>
    ITargetDefinition Triggers(params Target[] targets);

    ITargetDefinition Triggers<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryTriggers<T>(params Func<T, Target>[] targets);

    /// <summary>Plans this target after the given ones whenever they are planned.</summary>
    ITargetDefinition TriggeredBy(params Target[] targets);

    ITargetDefinition TriggeredBy<T>(params Func<T, Target>[] targets);

    ITargetDefinition TryTriggeredBy<T>(params Func<T, Target>[] targets);

    /// <summary>Runs even after another target failed.</summary>
    ITargetDefinition AssuredAfterFailure();

    /// <summary>Later targets run even if this one fails; the build fails all the same.</summary>
    ITargetDefinition ProceedAfterFailure();

    /// <summary>Leaves the target out of the help.</summary>
    ITargetDefinition Unlisted();

    /// <summary>Takes over the definition of the overridden member of the base class.</summary>
    ITargetDefinition Base();

    /// <summary>Takes over the definitions of the given targets.</summary>
    ITargetDefinition Inherit(params Target[] targets);

    /// <summary>Takes over a component's own definition, also when the build overrides it.</summary>
    ITargetDefinition Inherit<T>(params Expression<Func<T, Target>>[] targets);

    /// <summary>Absolute paths or patterns of what the target leaves behind; generated workflows publish them.</summary>
    ITargetDefinition Produces(params string[] artifacts);

    ITargetDefinition Consumes(params Target[] targets);

    ITargetDefinition Consumes<T>(params Func<T, Target>[] targets);

    ITargetDefinition Consumes(Target target, params string[] artifacts);

    ITargetDefinition Consumes<T>(Func<T, Target> target, params string[] artifacts);

    ITargetDefinition Consumes<T>(params string[] artifacts);

    /// <summary>Runs between the <see cref="Setup"/> and the <see cref="Cleanup"/> declared in the given type.</summary>
    ITargetDefinition DependsOnContext<T>() where T : INukeBuild;

    ITargetDefinition Partition(int size);
}
