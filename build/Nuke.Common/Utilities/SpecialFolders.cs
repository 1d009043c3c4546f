namespace Nuke.Common;

/// <summary>Well-known directories of an operating system.</summary>
public enum SpecialFolders
{
    ProgramFiles,
    ProgramFilesX86,
    LocalApplicationData,
    ApplicationData,
    CommonApplicationData,
    Windows,
    System,
    UserProfile
}
