using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>The toolbox's programs, except for a debootstrap that a test puts in place of the real one.</summary>
internal static class TestTools
{
    public const string DebootstrapVariable = "OPTICWORKS_TEST_DEBOOTSTRAP";

    public static ToolSource In(string cacheDirectory)
    {
        var toolbox = new Toolbox(cacheDirectory, new Silence());
        return (program, cancellationToken) =>
            program == PinnedProgram.Debootstrap && Environment.GetEnvironmentVariable(DebootstrapVariable) is { Length: > 0 } script
                ? Task.FromResult(new Tool("debootstrap", "", "/bin/sh", "test") { Leading = [script] })
                : toolbox.GetAsync(program, cancellationToken);
    }
}
