namespace Nuke.Common;

/// <summary>Coarse levels of output.</summary>
public enum LogLevel
{
    Trace,
    Normal,
    Warning,
    Error
}
