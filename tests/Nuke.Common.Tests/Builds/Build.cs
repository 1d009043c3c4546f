#pragma warning disable CS0169, CS0649 // The engine assigns the parameters.
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Nuke.Common.Utilities.Collections;
using Nuke.Components;
using Serilog;

namespace Nuke.Common.Tests.Builds;

internal enum Env
{
    Dev,
    Staging,
    Production
}

/// <summary>The main build of the recordings: one target for each behaviour.</summary>
internal sealed class Build : NukeBuild
{
    [Parameter("Configuration to build")] readonly Configuration Configuration = IsLocalBuild ? Configuration.Debug : Configuration.Release;
    [Parameter("Greeting text")] readonly string Greeting = "hello";
    [Parameter] readonly string[] Names = [];
    [Parameter(Separator = "+")] readonly string[] Plus = [];
    [Parameter] readonly int Number = 7;
    [Parameter] readonly int? MaybeNumber;
    [Parameter] readonly bool Flag;
    [Parameter] readonly Env Environment;
    [Parameter] readonly Env? MaybeEnv;
    [Parameter] readonly AbsolutePath OutDir;
    [Parameter("Api key for deploy"), Secret] readonly string ApiKey;
    [Parameter(Name = "renamed-thing")] readonly string Thing;
    [Parameter] readonly string GitHubToken;
    [Parameter] readonly string MyDotNetVersion;
    [Parameter] readonly TimeSpan Span;
    [Parameter(List = false)] readonly string Unlisted;

    Target Show => _ => _.Executes(() => Log.Information(
        "SHOW cfg={C} greeting={G} names=[{N}] plus=[{P}] number={Nu} maybe={M} flag={F} env={E} maybeEnv={ME} out={O} key={K} thing={T} "
        + "ght={GT} mdv={MDV} unlisted={U}",
        Configuration,
        Greeting,
        string.Join('|', Names),
        string.Join('|', Plus),
        Number,
        MaybeNumber,
        Flag,
        Environment,
        MaybeEnv,
        OutDir?.ToString(),
        ApiKey,
        Thing,
        GitHubToken,
        MyDotNetVersion,
        Unlisted));

    Target A => _ => _.Description("First").Executes(() => Log.Information("in A"));
    Target B => _ => _.DependsOn(A).Executes(() => Log.Information("in B"));
    Target C => _ => _.DependsOn(B).Executes(() => Log.Information("in C"));
    Target Z1 => _ => _.Executes(() => Log.Information("in Z1"));
    Target Y1 => _ => _.Executes(() => Log.Information("in Y1"));
    Target Collective => _ => _.DependsOn(Z1, Y1);
    Target Clean => _ => _.Before(A).Executes(() => Log.Information("in Clean"));
    Target LateA => _ => _.After(C).Executes(() => Log.Information("in LateA"));
    Target T1 => _ => _.Triggers(T2).Executes(() => Log.Information("in T1"));
    Target T2 => _ => _.DependsOn(Z1).Executes(() => Log.Information("in T2"));
    Target T3 => _ => _.TriggeredBy(T2).Executes(() => Log.Information("in T3"));
    Target DepFor => _ => _.DependentFor(W).Executes(() => Log.Information("in DepFor"));
    Target W => _ => _.Executes(() => Log.Information("in W"));
    Target StaticSkip => _ => _.DependsOn(A).OnlyWhenStatic(() => Number > 100).Executes(() => Log.Information("never"));

    Target StaticSkipExec => _ => _.DependsOn(A)
        .OnlyWhenStatic(() => Number > 100)
        .WhenSkipped(DependencyBehavior.Execute)
        .Executes(() => Log.Information("never"));

    Target DynSkip => _ => _.DependsOn(A).OnlyWhenDynamic(() => Number > 100).Executes(() => Log.Information("never"));

    Target DynSkipExec => _ => _.DependsOn(A)
        .OnlyWhenDynamic(() => Number > 100)
        .WhenSkipped(DependencyBehavior.Execute)
        .Executes(() => Log.Information("never"));

    Target UsesSkip => _ => _.DependsOn(StaticSkip).Executes(() => Log.Information("in UsesSkip"));
    Target UsesDyn => _ => _.DependsOn(DynSkip).Executes(() => Log.Information("in UsesDyn"));
    Target CondThrows => _ => _.OnlyWhenDynamic(() => Boom()).Executes(() => { });
    Target Fails => _ => _.DependsOn(A).Executes(() => Assert.Fail("boom\nsecond line"));
    Target AfterFail => _ => _.DependsOn(Fails).Executes(() => Log.Information("in AfterFail"));
    Target Assured => _ => _.DependsOn(Fails).AssuredAfterFailure().Executes(() => Log.Information("in Assured"));
    Target AssuredIndep => _ => _.AssuredAfterFailure().After(Fails).Executes(() => Log.Information("in AssuredIndep"));
    Target Proceeds => _ => _.ProceedAfterFailure().Executes(() => throw new InvalidOperationException("proceeding"));
    Target AfterProceeds => _ => _.DependsOn(Proceeds).Executes(() => Log.Information("in AfterProceeds"));
    Target NeedsKey => _ => _.DependsOn(A).Requires(() => ApiKey).Executes(() => Log.Information("in NeedsKey"));
    Target NeedsBool => _ => _.DependsOn(A).Requires(() => Number > 100).Executes(() => Log.Information("x"));
    Target NeedsEnv => _ => _.Requires(() => MaybeEnv).Executes(() => Log.Information("x"));
    Target Summ => _ => _.Executes(() => ReportSummary(entries => entries.AddPair("Count", "3").AddPair("More", "yes")));
    Target Slow => _ => _.Executes(async () => await Task.Delay(1100));

    Target Proc => _ => _.Executes(() =>
    {
        ToolResolver.GetPathTool("dotnet")($"--version");
        ProcessTasks.StartProcess("bash", "-c \"echo out; echo err >&2; exit 3\"").AssertZeroExitCode();
    });

    Target Shell => _ => _.Executes(() =>
    {
        var echo = ToolResolver.GetPathTool("echo");
        var secret = "s3cr3t";
        var spaced = "a b";
        AbsolutePath path = "/tmp/x y";
        echo($"--k {secret:r} --s {spaced} --p {path} --nq {spaced:nq}");
    });

    Target Hidden => _ => _.Unlisted().Executes(() => Log.Information("in Hidden"));
    Target LongTargetNameWithManyWordsInside => _ => _.Executes(() => { });

    Target Warns => _ => _.Executes(() =>
    {
        Log.Warning("warn {X}", 1);
        Log.Error("err only");
    });

    Target Levels => _ => _.Executes(() =>
    {
        Log.Verbose("v");
        Log.Debug("d");
        Log.Information("i");
        Log.Warning("w");
        Log.Error("e");
        Log.Fatal("f");
    });

    Target Cancelled => _ => _.Executes(() => { });

    public static int Run() => Execute<Build>(x => x.C);

    static bool Boom() => throw new Exception("cond boom");
}
