using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "Toolchain",
    Effects = "Programs that are missing here, in the toolchain's cache folder (OPTICWORKS_CACHE, else ~/.cache/opticworks); "
        + "never the operating system's own",
    Needs = "The npm registry and Debian's packages, for what is missing",
    Undo = "An installation counts once it is complete; a half-made one is begun again")]
internal interface IToolchain : IHazOperations
{
    Target Toolchain => _ => _
        .Description("Find or install every program the suite runs, and say where each is")
        .Executes(() => Run(async cancellationToken =>
        {
            var tools = new List<Tool>();
            foreach (var program in Enum.GetValues<PinnedProgram>())
            {
                var tool = await Toolbox.GetAsync(program, cancellationToken).ConfigureAwait(false);
                tools.Add(tool);
                Narrator.Say("toolchain", $"{tool.Name,-16}{tool.Version,-12}{tool.Origin,-11}{tool.Path}");
            }

            Session.Data["tools"] = tools.Select(tool => new { tool.Name, tool.Version, tool.Origin, tool.Path }).ToArray();
        }));
}
