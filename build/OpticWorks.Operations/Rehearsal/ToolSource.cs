using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>Where the programs come from that the local environment is made of; <see cref="Toolbox.GetAsync"/> is one.</summary>
public delegate Task<Tool> ToolSource(PinnedProgram program, CancellationToken cancellationToken);
