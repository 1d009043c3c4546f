namespace Nuke.Common.Execution;

/// <summary>A condition could not be asked, so nobody can say whether its target is to run.</summary>
internal sealed class ConditionFailure(ExecutableTarget target, Exception innerException)
    : Exception($"Invocation of condition for {target.Name} has thrown an exception", innerException);
