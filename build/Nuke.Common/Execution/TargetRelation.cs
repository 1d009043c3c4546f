namespace Nuke.Common.Execution;

internal enum TargetRelation
{
    DependsOn,
    DependentFor,
    Before,
    After,
    Triggers,
    TriggeredBy
}
