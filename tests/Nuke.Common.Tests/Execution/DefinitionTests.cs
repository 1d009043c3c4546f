using Nuke.Common.Execution;
using Nuke.Common.Tests.Golden;
using Serilog;

namespace Nuke.Common.Tests.Execution;

/// <summary>Definitions that the recordings do not cover.</summary>
[Collection(BuildCollection.Name)]
public sealed class DefinitionTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Base_takes_over_the_overridden_definition() =>
        Messages(Derived.Run).ShouldBe(["base", "derived"]);

    [Fact]
    public void Shorthand_means_the_only_target_of_a_component() =>
        Messages(WithShorthand.Run).ShouldBe(["only", "uses"]);

    [Fact]
    public void Shorthand_for_several_targets_is_refused() =>
        _run.Execute(WithAmbiguousShorthand.Run).Output.ShouldContain("Target 'A' cannot have shorthand dependency on component 'ITwo'.");

    [Fact]
    public void Setup_and_cleanup_enclose_what_depends_on_their_context() =>
        Messages(WithContext.Run).ShouldBe(["up", "work", "down"]);

    [Fact]
    public void Cleanup_runs_after_a_failure() =>
        Messages(WithContext.Run, "broken").ShouldBe(["up", "down"]);

    [Fact]
    public void Relation_to_a_component_the_build_lacks_is_refused() =>
        _run.Execute(WithoutComponent.Run).Output.ShouldContain("refers to the component 'IOnly', which the build does not implement");

    [Fact]
    public void Strict_refuses_targets_without_an_order() =>
        _run.Execute(Derived.Run, "--strict").Output.ShouldContain("Incomplete target definition order:\n  - A\n  - Other");

    [Fact]
    public void Triggers_of_a_target_skipped_at_its_turn_are_skipped_with_it()
    {
        var result = _run.Execute(WithSkippedTrigger.Run);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("Notify             Skipped                // Skipped: because of A");
    }

    [Fact]
    public void Failure_in_a_hook_fails_the_target()
    {
        var result = _run.Execute(WithFailingHook.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("A                  Failed        < 1sec   // InvalidOperationException: hook");
    }

    [Fact]
    public void Host_of_the_build_decides_what_is_printed_at_the_end()
    {
        var output = _run.Execute(WithOwnHost.Run).Output;

        output.ShouldContain("own outcome of 1 target");
        output.ShouldNotContain("Total");
    }

    private List<string> Messages(Func<int> build, string arguments = "") =>
        [.. _run.Execute(build, arguments).Output.Split('\n').Where(line => line.Contains("[INF] ")).Select(line => line[(line.IndexOf("] ") + 2)..])];

    private abstract class Base : NukeBuild
    {
        protected virtual Target A => _ => _.Executes(() => Log.Information("base"));
    }

    private sealed class Derived : Base
    {
        protected override Target A => _ => _.Base().Executes(() => Log.Information("derived"));

        Target Other => _ => _.Executes(() => { });

        public static int Run() => Execute<Derived>(x => x.A);
    }

    private interface IOnly : INukeBuild
    {
        Target Only => _ => _.Executes(() => Log.Information("only"));
    }

    private interface ITwo : INukeBuild
    {
        Target One => _ => _.Executes(() => { });

        Target Two => _ => _.Executes(() => { });
    }

    private sealed class WithShorthand : NukeBuild, IOnly
    {
        Target Uses => _ => _.DependsOn<IOnly>().Executes(() => Log.Information("uses"));

        public static int Run() => Execute<WithShorthand>(x => x.Uses);
    }

    private sealed class WithAmbiguousShorthand : NukeBuild, ITwo
    {
        Target A => _ => _.DependsOn<ITwo>();

        public static int Run() => Execute<WithAmbiguousShorthand>(x => x.A);
    }

    private sealed class WithoutComponent : NukeBuild
    {
        Target A => _ => _.DependsOn<IOnly>();

        public static int Run() => Execute<WithoutComponent>(x => x.A);
    }

    private sealed class WithContext : NukeBuild
    {
        Setup Up => _ => _.Executes(() => Log.Information("up"));

        Target Work => _ => _.DependsOnContext<WithContext>().Executes(() => Log.Information("work"));

        Target Broken => _ => _.DependsOnContext<WithContext>().Executes(() => Assert.Fail("broken"));

        Cleanup Down => _ => _.Executes(() => Log.Information("down"));

        public static int Run() => Execute<WithContext>(x => x.Work);
    }

    private sealed class WithSkippedTrigger : NukeBuild
    {
        Target A => _ => _.Triggers(Notify).OnlyWhenDynamic(() => false).Executes(() => { });

        Target Notify => _ => _.Executes(() => { });

        public static int Run() => Execute<WithSkippedTrigger>(x => x.A);
    }

    private sealed class WithFailingHook : NukeBuild
    {
        Target A => _ => _.Executes(() => { });

        public static int Run() => Execute<WithFailingHook>(x => x.A);

        protected internal override void OnTargetSucceeded(string target) => throw new InvalidOperationException("hook");
    }

    private sealed class WithOwnHost : NukeBuild
    {
        Target A => _ => _.Executes(() => { });

        public static int Run() => Execute<WithOwnHost>(x => x.A);

        protected internal override void OnBuildCreated() => Host = new OwnHost();

        private sealed class OwnHost : Terminal
        {
            protected internal override void WriteTargetOutcome(INukeBuild build) =>
                Console.Out.WriteLine($"own outcome of {build.ExecutionPlan.Count} target");
        }
    }
}
