using Nuke.Common.CI.GitHubActions;
using Nuke.Common.Reporting;

namespace Nuke.Common.Execution;

/// <summary>What is printed after the last target.</summary>
internal static class BuildOutcome
{
    public static void Write(NukeBuild build)
    {
        if (DefaultOutputs.AreEnabled(build, DefaultOutput.ErrorsAndWarnings))
            NukeBuild.Host.WriteErrorsAndWarnings();
        if (DefaultOutputs.AreEnabled(build, DefaultOutput.TargetOutcome))
            NukeBuild.Host.WriteTargetOutcome(build);
        if (DefaultOutputs.AreEnabled(build, DefaultOutput.BuildOutcome))
            NukeBuild.Host.WriteBuildOutcome(build);
        StepSummary.Append(NukeBuild.Host, build.ExecutionPlan);
    }
}
