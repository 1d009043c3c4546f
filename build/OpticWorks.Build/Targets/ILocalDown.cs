using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "LocalDown")]
internal interface ILocalDown : IHazEnvironment
{
    Target LocalDown => _ => _
        .Description("Stop the local machines and remove everything of theirs")
        .Executes(() => Run(cancellationToken => LocalMachines.DownAsync(cancellationToken)));
}
