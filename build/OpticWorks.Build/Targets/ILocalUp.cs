using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "LocalUp",
    Effects = "On this computer: machines, a bridge, network namespaces, control groups and mounts of this checkout's own; "
        + ".nuke/temp/local; machine image and programs in the toolchain's cache folder",
    Needs = "Linux with overlay file system, iproute2 and util-linux; root, or sudo without a password; Debian's packages the "
        + "first time",
    Undo = "What has started stays after a failure or Ctrl-C: LocalUp goes on, clearing away what is half-made, and "
        + "LocalDown removes everything")]
internal interface ILocalUp : IHazEnvironment
{
    Target LocalUp => _ => _
        .Description("Start the local machines (lb, api-1, api-2, db), the local object store and the local edge")
        .Executes(() => Run(async cancellationToken =>
        {
            await LocalMachines.UpAsync(cancellationToken).ConfigureAwait(false);
            Session.Data["local"] = await LocalMachines.StatusAsync(cancellationToken).ConfigureAwait(false);
        }));
}
