namespace Nuke.Common.Execution;

/// <summary>The run cannot start, for a reason that is complete in its message; no stack helps.</summary>
internal sealed class BuildRefusal(string message) : Exception(message);
