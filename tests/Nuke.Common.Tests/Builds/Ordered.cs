using Nuke.Common.Execution;

namespace Nuke.Common.Tests.Builds;

/// <summary>All kinds of edges at once; prints its plan instead of running it.</summary>
[PlanOnly]
internal sealed class Ordered : NukeBuild
{
    Target T1 => _ => _.Executes(() => { });
    Target T2 => _ => _.DependsOn(T1).Executes(() => { });
    Target T3 => _ => _.DependsOn(T1).Executes(() => { });
    Target T4 => _ => _.DependsOn(T3, T2).Executes(() => { });
    Target T5 => _ => _.DependsOn(T4).Triggers(T8).Executes(() => { });
    Target T6 => _ => _.After(T2).Before(T4).Executes(() => { });
    Target T7 => _ => _.DependentFor(T3).Executes(() => { });
    Target T8 => _ => _.DependsOn(T9).Executes(() => { });
    Target T9 => _ => _.After(T5).Executes(() => { });
    Target T10 => _ => _.TriggeredBy(T2).Executes(() => { });

    public static int Run() => Execute<Ordered>(x => x.T5);
}

internal sealed class PlanOnlyAttribute : BuildExtensionAttributeBase, IOnBuildInitialized
{
    public void OnBuildInitialized(
        IReadOnlyCollection<ExecutableTarget> executableTargets,
        IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        Console.WriteLine($"PLAN {string.Join(' ', executionPlan.Select(target => target.Name + (target.Invoked ? "*" : string.Empty)))}");
        ((NukeBuild)Build).Extensions.Answer();
    }
}
