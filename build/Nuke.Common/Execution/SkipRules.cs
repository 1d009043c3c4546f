using Serilog;

namespace Nuke.Common.Execution;

/// <summary>Decides before the first target which planned ones are skipped, and what that means for the targets around them.</summary>
internal sealed class SkipRules(NukeBuild build)
{
    private const string ViaParameter = "via parameter";

    public void Apply(IReadOnlyCollection<string> alreadySucceeded)
    {
        foreach (var target in Scheduled().Where(target => alreadySucceeded.Contains(target.Name)))
            target.Status = ExecutionStatus.Skipped;
        ApplyParameter();
        foreach (var target in Scheduled())
        {
            if (target.Status == ExecutionStatus.Scheduled && !AreConditionsTrue(target, target.StaticConditions))
                SkipNeighboursOf(target);
        }
    }

    /// <summary>Asks the conditions; marks the target as skipped, with those that are false, unless all are true.</summary>
    public static bool AreConditionsTrue(ExecutableTarget target, IReadOnlyCollection<(string Text, Func<bool> Delegate)> conditions)
    {
        var wrong = conditions.Where(condition => !Ask(target, condition.Delegate)).Select(condition => condition.Text).ToList();
        if (wrong.Count == 0)
            return true;
        target.Status = ExecutionStatus.Skipped;
        target.OnlyWhen = string.Join(" && ", wrong);
        return false;
    }

    public void SkipTriggersOf(ExecutableTarget target)
    {
        foreach (var triggered in target.Triggers)
            SkipUnlessNeeded(triggered, target);
    }

    private static bool Ask(ExecutableTarget target, Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (Exception exception)
        {
            throw new ConditionFailure(target, exception);
        }
    }

    private void ApplyParameter()
    {
        var source = EngineParameter.Find(Invocation.Current, "Skip");
        if (source == null)
            return;
        if (source.Values.Count == 0)
        {
            foreach (var target in Scheduled().Where(target => !target.Invoked))
                Skip(target, ViaParameter);
            return;
        }

        var names = InvokedTargets.Names(source);
        if (names.Count == 0 && !source.IsAmbient)
            throw InvokedTargets.Empty(source);
        var targets = names.Select(name => (Name: name, Target: InvokedTargets.Find(build.ExecutableTargets, name))).ToList();
        var unknown = targets.FirstOrDefault(pair => pair.Target == null);
        if (unknown.Name != null && source.IsAmbient)
            return;
        if (unknown.Name != null)
            throw InvokedTargets.Unknown(unknown.Name, build.ExecutableTargets);
        foreach (var (_, target) in targets.Where(pair => pair.Target.Status == ExecutionStatus.Scheduled))
        {
            if (!target.Invoked)
                Skip(target, ViaParameter);
            SkipNeighboursOf(target);
        }
    }

    /// <summary>Skips the dependencies and triggers of a target that will not run, as far as nothing else wants them.</summary>
    private void SkipNeighboursOf(ExecutableTarget target)
    {
        if (target.DependencyBehavior == DependencyBehavior.Execute)
            return;
        foreach (var dependency in target.ExecutionDependencies)
            SkipUnlessNeeded(dependency, target);
        SkipTriggersOf(target);
    }

    private void SkipUnlessNeeded(ExecutableTarget target, ExecutableTarget cause)
    {
        if (target.Status != ExecutionStatus.Scheduled || IsWanted(target) || IsNeededBeside(target, cause))
            return;
        Skip(target, $"because of {cause.Name}");
        SkipNeighboursOf(target);
    }

    private bool IsWanted(ExecutableTarget target) =>
        target.Invoked || (target.IsDefault && !build.ExecutionPlan.Any(planned => planned.Invoked));

    private bool IsNeededBeside(ExecutableTarget target, ExecutableTarget cause) =>
        build.ExecutionPlan.Any(planned =>
            planned != cause
            && planned.Status != ExecutionStatus.Skipped
            && (planned.ExecutionDependencies.Contains(target) || planned.Triggers.Contains(target)));

    private static void Skip(ExecutableTarget target, string reason)
    {
        target.Status = ExecutionStatus.Skipped;
        target.Skipped = reason;
    }

    private List<ExecutableTarget> Scheduled() => [.. build.ExecutionPlan.Where(target => target.Status == ExecutionStatus.Scheduled)];
}
