namespace Nuke.Common.Reporting;

/// <summary>What a line means; colour only adds to its words.</summary>
internal enum Tone
{
    Plain,
    Muted,
    Heading,
    Success,
    Warning,
    Error
}
