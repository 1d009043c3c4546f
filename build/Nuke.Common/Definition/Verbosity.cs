namespace Nuke.Common;

/// <summary>The least level shown on the console: Verbose, Debug, Warning and Error, in this order.</summary>
public enum Verbosity
{
    Verbose,
    Normal,
    Minimal,
    Quiet
}
