using System.Diagnostics;
using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.Tooling;
using Nuke.Common.Utilities.Collections;

namespace Nuke.Common.Execution;

/// <summary>A target as the engine plans and runs it.</summary>
[DebuggerDisplay("{Name} {Status}")]
public class ExecutableTarget
{
    /// <summary>The property that declares it.</summary>
    public MemberInfo Member { get; set; }

    public string Name { get; set; }

    public string Description { get; set; }

    public bool Listed { get; set; } = true;

    /// <summary>The delegate the property returned: <see cref="Target"/>, <see cref="Setup"/> or <see cref="Cleanup"/>.</summary>
    public Delegate Factory { get; set; }

    /// <summary>Text and delegate of each condition that is asked at the target's turn.</summary>
    public List<(string Text, Func<bool> Delegate)> DynamicConditions { get; internal set; } = [];

    /// <summary>Text and delegate of each condition that is asked before anything runs.</summary>
    public List<(string Text, Func<bool> Delegate)> StaticConditions { get; internal set; } = [];

    public DependencyBehavior DependencyBehavior { get; internal set; }

    public bool AssuredAfterFailure { get; internal set; }

    public bool ProceedAfterFailure { get; internal set; }

    public List<LambdaExpression> DelegateRequirements { get; internal set; } = [];

    public List<ToolRequirement> ToolRequirements { get; internal set; } = [];

    public List<Action> Actions { get; internal set; } = [];

    /// <summary>Run before this target and are planned with it.</summary>
    public List<ExecutableTarget> ExecutionDependencies { get; } = [];

    /// <summary>Run before this target when they are planned anyway.</summary>
    public List<ExecutableTarget> OrderDependencies { get; } = [];

    /// <summary>Run before this target and bring it into the plan.</summary>
    public List<ExecutableTarget> TriggerDependencies { get; } = [];

    /// <summary>Brought into the plan by this target.</summary>
    public List<ExecutableTarget> Triggers { get; } = [];

    /// <summary>Everything that runs before this target.</summary>
    public IReadOnlyCollection<ExecutableTarget> AllDependencies =>
        [.. ExecutionDependencies.Concat(OrderDependencies).Concat(TriggerDependencies).Distinct()];

    public LookupTable<ExecutableTarget, string> ArtifactDependencies { get; internal set; } = new();

    public List<string> ArtifactProducts { get; internal set; } = [];

    public int? PartitionSize { get; set; }

    /// <summary>How long it has run, from its start to its end or until now.</summary>
    public TimeSpan Duration => Stopwatch.Elapsed;

    public bool IsDefault { get; set; }

    public ExecutionStatus Status { get; set; }

    /// <summary>Named on the command line.</summary>
    public bool Invoked { get; set; }

    /// <summary>Entries for the target's line in the summary.</summary>
    public Dictionary<string, string> SummaryInformation { get; internal set; } = [];

    /// <summary>Why the target is skipped, unless a condition says it.</summary>
    public string Skipped { get; set; }

    /// <summary>The conditions that were false.</summary>
    public string OnlyWhen { get; set; }

    internal Stopwatch Stopwatch { get; } = new();
}
