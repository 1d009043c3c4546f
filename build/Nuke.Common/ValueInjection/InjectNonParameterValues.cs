using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>Gives everything but plain parameters its value, once the plan tells what is needed.</summary>
internal sealed class InjectNonParameterValues(NukeBuild build) : IOnBuildInitialized
{
    public float Priority => -100;

    public void OnBuildInitialized(
        IReadOnlyCollection<ExecutableTarget> executableTargets,
        IReadOnlyCollection<ExecutableTarget> executionPlan) =>
        build.Injection.InjectOthers(Required(executionPlan));

    private static List<MemberInfo> Required(IReadOnlyCollection<ExecutableTarget> executionPlan) =>
        [.. executionPlan
            .SelectMany(target => target.DelegateRequirements)
            .Select(MemberOf.OrNull)
            .Where(member => member != null)];
}
