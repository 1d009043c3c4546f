namespace Nuke.Common.Execution;

/// <summary>Where a planned target stands.</summary>
public enum ExecutionStatus
{
    None,
    Scheduled,
    NotRun,
    Skipped,
    Succeeded,
    Failed,
    Running,
    Aborted,

    /// <summary>Has no action of its own; it only groups its dependencies and is not listed in the summary.</summary>
    Collective
}
