namespace Nuke.Common.Reporting;

internal sealed record BuildLogLine(string Text, Tone Tone);
