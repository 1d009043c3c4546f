using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

/// <summary>Where a target goes to.</summary>
internal interface IHazDestination : INukeBuild
{
    [Parameter("Rollback: the release to go to (default: the newest good one before the current). DownloadBackup: the file to write")]
    [CommandLineOnly]
    string? To => TryGetValue(() => To);
}
