#pragma warning disable CS0649 // The engine assigns the parameters.
using Nuke.Common.Tests.Golden;
using Serilog;

namespace Nuke.Common.Tests.Execution;

[Collection(BuildCollection.Name)]
public sealed class ContinueTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Continue_leaves_out_what_has_succeeded()
    {
        _run.Execute(Flaky.Run, "second").ExitCode.ShouldBe(255);
        _run.WithFile("ready", string.Empty);

        var result = _run.Execute(Flaky.Run, "second --continue");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldMatch(@"First\s+Skipped\s*\n");
        result.Output.ShouldNotContain("[INF] first");
        result.Output.ShouldContain("[INF] second");
    }

    [Fact]
    public void Another_invocation_starts_anew()
    {
        _run.Execute(Flaky.Run, "second");

        var result = _run.Execute(Flaky.Run, "first --continue");

        result.Output.ShouldContain("[WRN] Build invocation changed. Restarting ...");
        result.Output.ShouldContain("[INF] first");
    }

    private sealed class Flaky : NukeBuild
    {
        Target First => _ => _.Executes(() => Log.Information("first"));

        Target Second => _ => _.DependsOn(First).Executes(() =>
        {
            Assert.FileExists(RootDirectory / "ready");
            Log.Information("second");
        });

        public static int Run() => Execute<Flaky>(x => x.First);
    }
}
