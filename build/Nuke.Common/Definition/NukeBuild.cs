using System.Linq.Expressions;
using Nuke.Common.CI;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

/// <summary>
/// The base of every build. Targets are properties of type <see cref="Target"/>, parameters are members with
/// <see cref="ParameterAttribute"/>; components are interfaces that extend <see cref="INukeBuild"/>.
/// </summary>
public abstract partial class NukeBuild : INukeBuild
{
    protected NukeBuild()
    {
        Injection = new ValueInjector(this);
    }

    /// <summary>The planned targets in the order they run; empty before <see cref="OnBuildInitialized"/>.</summary>
    public IReadOnlyCollection<ExecutableTarget> ExecutionPlan { get; set; } = [];

    [Parameter("List of targets to be invoked. Default is '{default_target}'.", Name = "Target", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> InvokedTargets => [.. ExecutableTargets.Where(target => target.Invoked)];

    [Parameter("List of targets to be skipped. Empty list skips all dependencies.", Name = "Skip", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> SkippedTargets => WithStatus(ExecutionStatus.Skipped);

    public IReadOnlyCollection<ExecutableTarget> ScheduledTargets => WithStatus(ExecutionStatus.Scheduled);

    public IReadOnlyCollection<ExecutableTarget> RunningTargets => WithStatus(ExecutionStatus.Running);

    public IReadOnlyCollection<ExecutableTarget> AbortedTargets => WithStatus(ExecutionStatus.Aborted);

    public IReadOnlyCollection<ExecutableTarget> FailedTargets => WithStatus(ExecutionStatus.Failed);

    public IReadOnlyCollection<ExecutableTarget> SucceededTargets => WithStatus(ExecutionStatus.Succeeded);

    public IReadOnlyCollection<ExecutableTarget> FinishedTargets =>
        [.. ExecutionPlan.Where(target => target.Status is not (ExecutionStatus.None or ExecutionStatus.Scheduled or ExecutionStatus.Running))];

    [Parameter("Shows the execution plan (HTML).")]
    public bool Plan { get; internal set; }

    [Parameter("Shows the help text for this build assembly.")]
    public bool Help { get; internal set; }

    [Parameter("Disables displaying the NUKE logo.")]
    public bool NoLogo { get; set; }

    [Parameter("Indicates to continue a previously failed build attempt.")]
    public bool Continue { get; internal set; }

    [Parameter("Partition to use on CI.", List = false)]
    public Partition Partition { get; internal set; } = Partition.Single;

    /// <summary>No target has failed, was aborted or was left out because of a failure.</summary>
    public bool IsSucceeding =>
        !ExecutionPlan.Any(target => target.Status is ExecutionStatus.Failed or ExecutionStatus.Aborted or ExecutionStatus.NotRun);

    public bool IsFailing => !IsSucceeding;

    public bool IsFinished => FinishedTargets.Count == ExecutionPlan.Count;

    /// <inheritdoc cref="INukeBuild.ExitCode"/>
    public int? ExitCode { get; set; }

    internal IReadOnlyList<ExecutableTarget> ExecutableTargets { get; set; } = [];

    internal ValueInjector Injection { get; }

    internal Extensions Extensions { get; set; }

    /// <summary>
    /// Runs the build with the arguments of the process. The targets of the expressions are invoked when the command line names
    /// none; without either, the help is shown.
    /// </summary>
    /// <returns>The exit code of the program.</returns>
    protected static int Execute<T>(params Expression<Func<T, Target>>[] defaultTargetExpressions) where T : NukeBuild, new() =>
        new BuildRun(() => new T(), defaultTargetExpressions).Execute();

    /// <inheritdoc cref="INukeBuild.ReportSummary"/>
    public void ReportSummary(Configure<Dictionary<string, string>> configurator = null)
    {
        var target = RunningTargets.SingleOrDefault().NotNull("Summary entries can only be reported from within a running target");
        if (configurator != null)
            target.SummaryInformation = configurator(target.SummaryInformation);
        Extensions?.Raise<IOnTargetSummaryUpdated>(extension => extension.OnTargetSummaryUpdated(this, target));
    }

    /// <summary>The build exists and its parameters have their values; nothing is planned yet.</summary>
    protected internal virtual void OnBuildCreated()
    {
    }

    /// <summary>The plan exists and all values are injected; nothing has run yet.</summary>
    protected internal virtual void OnBuildInitialized()
    {
    }

    /// <summary>The summary has been written; the program is about to end.</summary>
    protected internal virtual void OnBuildFinished()
    {
    }

    protected internal virtual void OnTargetRunning(string target)
    {
    }

    protected internal virtual void OnTargetSkipped(string target)
    {
    }

    protected internal virtual void OnTargetSucceeded(string target)
    {
    }

    protected internal virtual void OnTargetFailed(string target)
    {
    }

    private IReadOnlyCollection<ExecutableTarget> WithStatus(ExecutionStatus status) =>
        [.. ExecutionPlan.Where(target => target.Status == status)];
}
