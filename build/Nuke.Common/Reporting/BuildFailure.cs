namespace Nuke.Common.Reporting;

/// <summary>What made a run fail: the name of the target, or of the build, and the message as it is shown.</summary>
internal sealed record BuildFailure(string Where, string Text);
