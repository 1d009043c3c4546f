namespace Nuke.Common;

/// <summary>A part of the engine's own output that <see cref="DisableDefaultOutputAttribute"/> can turn off.</summary>
public enum DefaultOutput
{
    Logo,
    TargetHeader,
    TargetCollapse,
    ErrorsAndWarnings,
    TargetOutcome,
    BuildOutcome,
    Timestamps
}
