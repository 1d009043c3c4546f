namespace Nuke.Common.Tooling;

/// <summary>The stream that a process wrote a line to.</summary>
public enum OutputType
{
    Std,
    Err
}
