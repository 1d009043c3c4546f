using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "LocalUp")]
internal interface ILocalUp : IHazEnvironment
{
    Target LocalUp => _ => _
        .Description("Start the local machines (lb, api-1, api-2, db) and the local object store")
        .Executes(() => Run(async cancellationToken =>
        {
            await LocalMachines.UpAsync(cancellationToken).ConfigureAwait(false);
            Session.Data["local"] = await LocalMachines.StatusAsync(cancellationToken).ConfigureAwait(false);
        }));
}
