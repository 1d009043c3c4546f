using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Restore --store-directory ../opticworks-store")]
internal interface IRestore : IHazStore
{
    Target Restore => _ => _
        .Description("Install the store's dependencies, exactly as its lockfiles name them")
        .Executes(() => Run(async cancellationToken =>
        {
            var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
            await new StoreDependencies(Store, Narrator).RestoreAsync(programs, cancellationToken).ConfigureAwait(false);
        }));
}
