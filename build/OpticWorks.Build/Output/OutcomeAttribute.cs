using Nuke.Common;
using Nuke.Common.Execution;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Output;

/// <summary>The last words of a run: what failed and what to do next, or the JSON document; and the end of shared connections.</summary>
internal sealed class OutcomeAttribute : BuildExtensionAttributeBase, IOnBuildInitialized, IOnBuildFinished
{
    private IReadOnlyCollection<ExecutableTarget> _plan = [];

    public override float Priority { get; set; } = -1000;

    public void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan) =>
        _plan = executionPlan;

    public void OnBuildFinished()
    {
        var build = (NukeBuild)Build;
        // Before the connections end: who is told may ask the balancer's host for a release's commit.
        Session.Newsroom?.SettleAsync(build.ExitCode == ExitCodes.Interrupted || Session.Failure is DetachedException ? Newsroom.ShortFarewell : Newsroom.Farewell)
            .GetAwaiter().GetResult();
        Session.Hosts.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (Session.Failure is { } failure)
            FailureReport.Write(Console.Out, failure);
        JsonDocument.Write(build, _plan, build.ExitCode ?? (build.IsSucceeding ? ExitCodes.Done : ExitCodes.Engine));
    }
}
