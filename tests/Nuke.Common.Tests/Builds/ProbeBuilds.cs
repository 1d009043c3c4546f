using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Builds;

/// <summary>The builds that the transcripts were recorded with, under the names the recordings use.</summary>
public static class ProbeBuilds
{
    private static readonly Dictionary<string, Func<int>> ByName = new()
    {
        [string.Empty] = Build.Run,
        ["cyc"] = Cyclic.Run,
        ["self"] = SelfDependent.Run,
        ["req"] = RequiredMember.Run,
        ["req2"] = RequiredWithoutInjection.Run,
        ["nodef"] = NoDefault.Run,
        ["multi"] = TwoDefaults.Run,
        ["exit"] = OwnExitCode.Run,
        ["dis"] = LessOutput.Run,
        ["hook"] = Hooks.Run,
        ["comp"] = Composed.Run,
        ["inj"] = Injected.Run,
        ["trg"] = FailingTrigger.Run,
        ["cond2"] = TwoConditions.Run,
        ["async"] = Asynchronous.Run,
        ["tryg"] = TryRelations.Run,
        ["dup"] = SameNameTwice.Run,
        ["ord"] = Ordered.Run,
        ["gha"] = WithWorkflows.Run,
        ["onboth"] = WithBothTriggers.Run,
        ["onnone"] = WithoutTrigger.Run
    };

    /// <summary>Runs a recorded command line such as <c>BC=ord build t1</c>.</summary>
    public static BuildResult Execute(TestRun run, string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = words[0].StartsWith("BC=", StringComparison.Ordinal) ? words[0]["BC=".Length..] : string.Empty;
        return run.Execute(ByName[name], words[(Array.IndexOf(words, "build") + 1)..]);
    }
}
