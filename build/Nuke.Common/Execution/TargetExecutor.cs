using Nuke.Common.Reporting;
using Serilog;

namespace Nuke.Common.Execution;

/// <summary>
/// Runs the plan, one target after the other. After a failure only assured targets still run, unless the failed one lets the rest
/// proceed.
/// </summary>
internal sealed class TargetExecutor(NukeBuild build)
{
    private readonly Lock _turn = new();
    private AttemptLog _attempt;
    private bool _isInterrupted;

    public void Execute()
    {
        foreach (var target in build.ExecutionPlan)
            target.Status = ExecutionStatus.Scheduled;

        BuildLog.OpenFiles();
        _attempt = AttemptLog.Open(build);
        new SkipRules(build).Apply(_attempt.Succeeded);
        RequirementCheck.Run(build);
        using (new Interruption(Interrupt))
            ExecutePlan();
    }

    private void ExecutePlan()
    {
        foreach (var target in build.ExecutionPlan)
        {
            if (!TakeTurn(target))
                break;
        }

        ExecuteAssured();
    }

    /// <returns>Whether the next target may follow.</returns>
    private bool TakeTurn(ExecutableTarget target)
    {
        if (_isInterrupted)
            return false;
        if (target.Status == ExecutionStatus.Scheduled && !SkipRules.AreConditionsTrue(target, target.DynamicConditions))
            new SkipRules(build).SkipTriggersOf(target);

        if (target.Status == ExecutionStatus.Skipped)
            build.Extensions.Raise<IOnTargetSkipped>(extension => extension.OnTargetSkipped(target));
        else if (target.Actions.Count == 0)
            target.Status = ExecutionStatus.Collective;
        else
            Run(target);
        return target.Status is not (ExecutionStatus.Failed or ExecutionStatus.Aborted)
            || (target.ProceedAfterFailure && !_isInterrupted);
    }

    private void ExecuteAssured()
    {
        foreach (var target in build.ExecutionPlan)
        {
            if (target is { Status: ExecutionStatus.Scheduled, AssuredAfterFailure: true }
                && SkipRules.AreConditionsTrue(target, target.DynamicConditions))
                Run(target);
        }
    }

    private void Run(ExecutableTarget target)
    {
        if (target.Actions.Count == 0)
        {
            target.Status = ExecutionStatus.Collective;
            return;
        }

        using (OpenBlock(target))
        {
            BuildLog.RunningTarget = target.Name;
            target.Status = ExecutionStatus.Running;
            target.Stopwatch.Start();
            try
            {
                build.Extensions.Raise<IOnTargetRunning>(extension => extension.OnTargetRunning(target));
                foreach (var action in target.Actions)
                    action();
                Succeed(target);
            }
            catch (Exception exception)
            {
                Fail(target, ExceptionText.Unwrap(exception));
            }
            finally
            {
                target.Stopwatch.Stop();
                BuildLog.RunningTarget = null;
            }
        }
    }

    private void Succeed(ExecutableTarget target)
    {
        if (!EndAs(target, ExecutionStatus.Succeeded))
            return;
        target.Stopwatch.Stop();
        build.Extensions.Raise<IOnTargetSucceeded>(extension => extension.OnTargetSucceeded(target));
        _attempt.Add(target);
    }

    private void Fail(ExecutableTarget target, Exception exception)
    {
        target.Stopwatch.Stop();
        if (target.Status != ExecutionStatus.Failed && !EndAs(target, ExecutionStatus.Failed))
            return;
        target.SummaryInformation[exception.GetType().Name] = exception.Message.Split('\n')[0].TrimEnd();
        build.Extensions.Raise<IOnTargetSummaryUpdated>(extension => extension.OnTargetSummaryUpdated(build, target));
        BuildLog.Failures.Add(new BuildFailure(target.Name, ExceptionText.Of(exception, withStack: false)));
        Log.Error(exception, "Target {Target:l} has thrown an exception", target.Name);
        build.Extensions.Raise<IOnTargetFailed>(extension => extension.OnTargetFailed(target));
    }

    /// <returns>False when an interruption has come first.</returns>
    private bool EndAs(ExecutableTarget target, ExecutionStatus status)
    {
        lock (_turn)
        {
            if (target.Status == ExecutionStatus.Aborted)
                return false;
            target.Status = status;
            return true;
        }
    }

    private void Interrupt()
    {
        lock (_turn)
        {
            _isInterrupted = true;
            foreach (var target in build.RunningTargets)
            {
                target.Status = ExecutionStatus.Aborted;
                target.Stopwatch.Stop();
            }
        }

        ExecuteAssured();
        foreach (var target in build.ScheduledTargets)
            target.Status = ExecutionStatus.NotRun;
        BuildOutcome.Write(build);
        build.Extensions.Raise<IOnBuildFinished>(extension => extension.OnBuildFinished());
        BuildLog.Close();
    }

    private IDisposable OpenBlock(ExecutableTarget target)
    {
        var part = NukeBuild.IsServerBuild ? DefaultOutput.TargetCollapse : DefaultOutput.TargetHeader;
        return DefaultOutputs.AreEnabled(build, part) ? NukeBuild.Host.WriteBlock(target.Name) : Nothing.Disposable;
    }
}
