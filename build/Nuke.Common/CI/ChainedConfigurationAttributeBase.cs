using Nuke.Common.Execution;

namespace Nuke.Common.CI;

/// <summary>A configuration with one job for each of several targets, each of which also runs dependencies that are no job of their own.</summary>
public abstract class ChainedConfigurationAttributeBase : ConfigurationAttributeBase
{
    public override IEnumerable<string> IrrelevantTargetNames => ExcludedTargets;

    /// <summary>Targets that get no job of their own but run within those that need them.</summary>
    public string[] NonEntryTargets { get; set; } = [];

    /// <summary>Targets that the configuration leaves out.</summary>
    public string[] ExcludedTargets { get; set; } = [];

    /// <summary>The targets that the job of the given one runs, in order.</summary>
    protected IEnumerable<ExecutableTarget> GetInvokedTargets(
        ExecutableTarget executableTarget,
        IReadOnlyCollection<ExecutableTarget> relevantTargets)
    {
        var within = new HashSet<ExecutableTarget> { executableTarget };
        Include(executableTarget);
        return relevantTargets.Where(within.Contains);

        void Include(ExecutableTarget target)
        {
            foreach (var dependency in target.ExecutionDependencies.Where(dependency => NonEntryTargets.Contains(dependency.Name)))
            {
                if (within.Add(dependency))
                    Include(dependency);
            }
        }
    }

    /// <summary>The targets whose jobs come before the given one's.</summary>
    protected IEnumerable<ExecutableTarget> GetTargetDependencies(ExecutableTarget executableTarget) =>
        executableTarget.ExecutionDependencies
            .SelectMany(dependency => NonEntryTargets.Contains(dependency.Name) ? GetTargetDependencies(dependency) : [dependency])
            .Where(dependency => !ExcludedTargets.Contains(dependency.Name))
            .Distinct();
}
