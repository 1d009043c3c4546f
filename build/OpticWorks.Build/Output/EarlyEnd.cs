using Nuke.Common;
using Nuke.Common.Execution;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Output;

/// <summary>Ends the program before any target runs: with a refusal, or with an answer that is all of its output.</summary>
internal static class EarlyEnd
{
    public static void Refuse(INukeBuild build, IReadOnlyCollection<ExecutableTarget> plan, OperationException failure)
    {
        Session.Failure = failure;
        FailureReport.Write(Console.Out, failure);
        End(build, plan, failure.ExitCode);
    }

    /// <param name="status">What became of the targets: those whose answer this is have succeeded; those that it is about were not run.</param>
    public static void Answer(INukeBuild build, IReadOnlyCollection<ExecutableTarget> plan, string text, ExecutionStatus status = ExecutionStatus.Succeeded)
    {
        foreach (var target in plan)
            target.Status = status;
        Console.Out.Write(text);
        Console.Out.Flush();
        End(build, plan, ExitCodes.Done);
    }

    private static void End(INukeBuild build, IReadOnlyCollection<ExecutableTarget> plan, int exitCode)
    {
        JsonDocument.Write(build, plan, exitCode);
        Environment.Exit(exitCode);
    }
}
