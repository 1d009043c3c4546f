#pragma warning disable CS0169, CS0649 // The engine assigns the parameters.
using Nuke.Common.Tooling;
using Serilog;

namespace Nuke.Common.Tests.Builds;

internal sealed class Cyclic : NukeBuild
{
    Target A => _ => _.DependsOn(B);
    Target B => _ => _.DependsOn(C);
    Target C => _ => _.DependsOn(A);
    Target Z => _ => _.Executes(() => { });

    public static int Run() => Execute<Cyclic>(x => x.A);
}

internal sealed class SelfDependent : NukeBuild
{
    Target A => _ => _.After(A);

    public static int Run() => Execute<SelfDependent>(x => x.A);
}

internal sealed class RequiredMember : NukeBuild
{
    [Parameter("needed one")][Required] readonly string Needed;

    Target A => _ => _.Executes(() => Log.Information("A {N}", Needed));

    public static int Run() => Execute<RequiredMember>(x => x.A);
}

internal sealed class RequiredWithoutInjection : NukeBuild
{
    readonly string NotInjected = null;

    Target A => _ => _.Requires(() => NotInjected).Executes(() => { });

    public static int Run() => Execute<RequiredWithoutInjection>(x => x.A);
}

internal sealed class NoDefault : NukeBuild
{
    Target A => _ => _.Executes(() => { });

    public static int Run() => Execute<NoDefault>();
}

internal sealed class TwoDefaults : NukeBuild
{
    Target A => _ => _.Executes(() => { });
    Target B => _ => _.Executes(() => { });

    public static int Run() => Execute<TwoDefaults>(x => x.B, x => x.A);
}

internal sealed class OwnExitCode : NukeBuild
{
    Target A => _ => _.Executes(() => { ExitCode = 42; });

    Target F => _ => _.Executes(() =>
    {
        ExitCode = 3;
        throw new Exception("x");
    });

    Target Zero => _ => _.Executes(() =>
    {
        ExitCode = 0;
        throw new Exception("x");
    });

    public static int Run() => Execute<OwnExitCode>(x => x.A);
}

[DisableDefaultOutput(DefaultOutput.Logo, DefaultOutput.Timestamps, DefaultOutput.TargetOutcome)]
internal sealed class LessOutput : NukeBuild
{
    Target A => _ => _.Executes(() => { Log.Information("x"); });

    public static int Run() => Execute<LessOutput>(x => x.A);
}

internal sealed class Injected : NukeBuild
{
    [PathVariable] readonly Tool DoesNotExist;
    [PathVariable("bash")] readonly Tool Bash;

    Target A => _ => _.Executes(() =>
    {
        Bash("--version");
        Log.Information("{X}", DoesNotExist == null);
    });

    Target N => _ => _.Requires(() => DoesNotExist).Executes(() => { });
    Target Y => _ => _.Requires(() => Bash).Executes(() => { });

    public static int Run() => Execute<Injected>(x => x.A);
}

internal sealed class FailingTrigger : NukeBuild
{
    Target A => _ => _.Triggers(B).Executes(() => throw new Exception("a"));
    Target B => _ => _.Executes(() => { });

    public static int Run() => Execute<FailingTrigger>(x => x.A);
}

internal sealed class TwoConditions : NukeBuild
{
    [Parameter] readonly string P;

    Target D => _ => _.Executes(() => Log.Information("d"));
    Target A => _ => _.DependsOn(D).OnlyWhenStatic(() => P == "1").OnlyWhenStatic(() => IsServerBuild).Requires(() => P).Executes(() => { });

    public static int Run() => Execute<TwoConditions>(x => x.A);
}

internal sealed class Asynchronous : NukeBuild
{
    Target A => _ => _.Executes(async () =>
    {
        await Task.Yield();
        throw new InvalidOperationException("async boom");
    });

    public static int Run() => Execute<Asynchronous>(x => x.A);
}

internal sealed class TryRelations : NukeBuild
{
    Target A => _ => _.TryDependsOn<IHasPkg>().TryTriggers<IHasDeploy>(x => x.Deploy).Executes(() => Log.Information("ok"));

    public static int Run() => Execute<TryRelations>(x => x.A);
}
