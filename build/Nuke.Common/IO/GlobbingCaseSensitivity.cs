namespace Nuke.Common.IO;

/// <summary>Whether glob patterns tell cases apart; by default as the file system usually does.</summary>
public enum GlobbingCaseSensitivity
{
    Auto,
    CaseSensitive,
    CaseInsensitive
}
