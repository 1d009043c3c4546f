using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Reporting;
using Nuke.Common.Tooling;

namespace Nuke.Common.Planning;

/// <summary>Answers <c>--plan</c>: draws the targets into an HTML file, and opens it where somebody sits in front of a desktop.</summary>
internal sealed class HandlePlanRequests(NukeBuild build) : IOnBuildInitialized
{
    public float Priority => 10;

    public void OnBuildInitialized(
        IReadOnlyCollection<ExecutableTarget> executableTargets,
        IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        if (!build.Plan || build.Help)
            return;
        var file = NukeBuild.TemporaryDirectory / "execution-plan.html";
        file.WriteAllText(PlanPage.Of(build.ExecutableTargets, executionPlan));
        Out.Line($"Execution plan: {string.Join(", ", executionPlan.Select(target => target.Name))}");
        Out.Line($"Drawn in {file}");
        if (Invocation.Current.IsInteractive && HasDesktop)
            ControlFlow.SuppressErrors(file.Open, logWarning: false);
        build.Extensions.Answer();
    }

    private static bool HasDesktop =>
        !EnvironmentInfo.IsLinux
        || EnvironmentInfo.HasVariable("DISPLAY", allowEmpty: false)
        || EnvironmentInfo.HasVariable("WAYLAND_DISPLAY", allowEmpty: false);
}
