using Nuke.Common.Execution;

namespace Nuke.Common;

/// <summary>Asks collections of targets for a target of the build.</summary>
public static class ExecutableTargetExtensions
{
    public static bool Contains(this IEnumerable<ExecutableTarget> targets, Target target) => ContainsFactory(targets, target);

    public static bool Contains(this IEnumerable<ExecutableTarget> targets, Setup target) => ContainsFactory(targets, target);

    public static bool Contains(this IEnumerable<ExecutableTarget> targets, Cleanup target) => ContainsFactory(targets, target);

    private static bool ContainsFactory(IEnumerable<ExecutableTarget> targets, Delegate factory) =>
        targets.Any(target => target.Factory == factory);
}
