namespace Nuke.Common.Execution;

/// <summary>A relation as a definition names it, before all targets are known.</summary>
internal sealed record PendingRelation(TargetRelation Kind, Delegate Factory);
