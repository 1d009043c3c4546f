using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

/// <summary>What ends by itself.</summary>
internal interface IHazEnd : INukeBuild
{
    [Parameter("Freeze: how long it lasts, for example 4h; without it until Thaw. Maintenance: how long, or the time of its end (2026-11-26T18:00Z); default 1h")]
    [CommandLineOnly]
    string? Until => TryGetValue(() => Until);
}
