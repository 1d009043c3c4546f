using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Restore --store-directory ../opticworks-store",
    Effects = "The store's node_modules; programs that are missing here, in the toolchain's cache folder",
    Needs = "A checkout of the store; its package registry, when its lockfiles changed",
    Undo = "Nothing to undo: an interrupted installation is not recorded, so the next run installs again")]
internal interface IRestore : IHazStore
{
    Target Restore => _ => _
        .Description("Install the store's dependencies, exactly as its lockfiles name them")
        .OnlyWhenStatic(() => ArtifactDigest == null)
        .Executes(() => Run(async cancellationToken =>
        {
            var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
            await new StoreDependencies(Store, Narrator).RestoreAsync(programs, cancellationToken).ConfigureAwait(false);
        }));
}
