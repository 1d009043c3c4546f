using Nuke.Common.Execution;

namespace Nuke.Common.Tests.Builds;

[MyExt(Priority = 3)]
internal sealed class Hooks : NukeBuild
{
    Target S => _ => _.OnlyWhenDynamic(() => false).Executes(() => { });
    Target Coll => _ => _;
    Target A => _ => _.DependsOn(S, Coll).Executes(() => { });
    Target F => _ => _.DependsOn(A).Executes(() => throw new Exception("f"));

    public static int Run() => Execute<Hooks>(x => x.A);

    protected internal override void OnBuildCreated()
    {
        Console.WriteLine("HOOK OnBuildCreated");
        NoLogo = true;
    }

    protected internal override void OnBuildInitialized() => Console.WriteLine("HOOK OnBuildInitialized");

    protected internal override void OnBuildFinished() => Console.WriteLine($"HOOK OnBuildFinished {IsSucceeding}");

    protected internal override void OnTargetRunning(string target) => Console.WriteLine($"HOOK running {target}");

    protected internal override void OnTargetSkipped(string target) => Console.WriteLine($"HOOK skipped {target}");

    protected internal override void OnTargetSucceeded(string target) => Console.WriteLine($"HOOK succeeded {target}");

    protected internal override void OnTargetFailed(string target) => Console.WriteLine($"HOOK failed {target}");
}

internal sealed class MyExtAttribute :
    BuildExtensionAttributeBase, IOnBuildCreated, IOnBuildInitialized, IOnBuildFinished, IOnTargetRunning, IOnTargetSummaryUpdated
{
    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets) =>
        Console.WriteLine($"EXT created {executableTargets.Count}");

    public void OnBuildInitialized(
        IReadOnlyCollection<ExecutableTarget> executableTargets,
        IReadOnlyCollection<ExecutableTarget> executionPlan) =>
        Console.WriteLine($"EXT initialized {string.Join(',', executionPlan.Select(target => target.Name))}");

    public void OnBuildFinished() => Console.WriteLine("EXT finished");

    public void OnTargetRunning(ExecutableTarget target) => Console.WriteLine($"EXT running {target.Name}");

    public void OnTargetSummaryUpdated(INukeBuild build, ExecutableTarget target) => Console.WriteLine($"EXT summary {target.Name}");
}
