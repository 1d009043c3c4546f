using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "LocalDown",
    Effects = "Everything that LocalUp made on this computer goes, the machines' data included; image and programs stay in the "
        + "cache",
    Needs = "Linux; root, or sudo without a password",
    Undo = "Cannot be undone: run it again to finish, or LocalUp for new machines")]
internal interface ILocalDown : IHazEnvironment
{
    Target LocalDown => _ => _
        .Description("Stop the local machines and remove everything of theirs")
        .Executes(() => Run(cancellationToken => LocalMachines.DownAsync(cancellationToken)));
}
